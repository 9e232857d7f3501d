import type { Settings } from "./context";

export function areSettings(said: unknown): said is Settings {
  if (typeof said !== "object" || said === null) return false;
  if (!("city" in said && "zone" in said && "channels" in said)) return false;
  return typeof said.city === "number" && typeof said.zone === "string" && Array.isArray(said.channels);
}
