// What it takes to check a certificate without a network is small (two answers of some hundred bytes) and comes to the
// device with whichever page is opened first: nobody knows beforehand on which one the network will go.
import type { Api } from "@kit/api/client";

/** A browser that does not say when it is idle has had this long for the page itself. */
const PATIENCE_MS = 2_000;

/** Keeps keys and list of the city on the device, once the page has nothing else to do and whenever the network comes back.
 *  Nobody asked for it, so nobody is told where it fails: the page that checks says what is kept. */
export function keepTrust(api: Api, city: number): void {
  const keep = async (): Promise<void> => {
    if (!navigator.onLine) return;
    const { fetched } = await import("@kit/certificate/trust");
    await fetched(api, city);
  };
  const quietly = () => void keep().catch(() => undefined);
  whenIdle(quietly);
  window.addEventListener("online", quietly);
}

function whenIdle(does: () => void): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(does);
  else setTimeout(does, PATIENCE_MS);
}
