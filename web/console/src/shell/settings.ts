import type { SessionSettings } from "@kit/session/session";

export interface Settings {
  session: SessionSettings;
  city: number;
  zone: string;
}

export function areSettings(said: unknown): said is Settings {
  if (typeof said !== "object" || said === null) return false;
  if (!("city" in said && "zone" in said && "session" in said)) return false;
  const { city, zone, session } = said;
  return typeof city === "number" && typeof zone === "string" && isSession(session);
}

function isSession(said: unknown): said is SessionSettings {
  if (typeof said !== "object" || said === null) return false;
  if (!("issuer" in said && "client_id" in said && "idle_minutes" in said)) return false;
  const { issuer, client_id, idle_minutes } = said;
  return typeof issuer === "string" && typeof client_id === "string" && typeof idle_minutes === "number";
}
