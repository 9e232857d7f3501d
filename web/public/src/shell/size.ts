// Large type by a switch, kept on the device.
import { defineStore } from "pinia";
import { ref, watch } from "vue";

const KEPT_AS = "81890.large";

export const useSize = defineStore("size", () => {
  const isLarge = ref(localStorage.getItem(KEPT_AS) === "yes");
  watch(isLarge, (large) => document.documentElement.classList.toggle("large", large), { immediate: true });

  function change(): void {
    isLarge.value = !isLarge.value;
    localStorage.setItem(KEPT_AS, isLarge.value ? "yes" : "no");
  }
  return { isLarge, change };
});
