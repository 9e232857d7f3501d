// What the deployment says of itself. Without it no page can ask for anything.
import type { Settings } from "./context";

/** Null where it cannot be had: nobody answers, or not with settings. */
export async function settingsFrom(ask: () => Promise<Response>): Promise<Settings | null> {
  try {
    const answer = await ask();
    const said: unknown = answer.ok ? await answer.json() : null;
    return isSettings(said) ? said : null;
  } catch {
    return null;
  }
}

function isSettings(said: unknown): said is Settings {
  if (typeof said !== "object" || said === null) return false;
  if (!("city" in said && "zone" in said && "channels" in said)) return false;
  return typeof said.city === "number" && typeof said.zone === "string" && Array.isArray(said.channels);
}
