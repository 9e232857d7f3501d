// The tracking code that the service handed out with the last request received here. The citizen is told it and it is
// kept nowhere else: in memory alone, until it was read out or the page is loaded anew.
import { defineStore } from "pinia";
import { shallowRef } from "vue";

export const useHandedOut = defineStore("handed-out", () => {
  const last = shallowRef<{ request: string; code: string } | null>(null);
  return { last };
});
