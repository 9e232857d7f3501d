// Large type by a switch, kept on the device.
import { ref } from "vue";

const KEPT_AS = "81890.large";

export const isLarge = ref(localStorage.getItem(KEPT_AS) === "yes");

export function applySize(large: boolean = isLarge.value): void {
  isLarge.value = large;
  document.documentElement.classList.toggle("large", large);
}

export function chooseSize(large: boolean): void {
  localStorage.setItem(KEPT_AS, large ? "yes" : "no");
  applySize(large);
}
