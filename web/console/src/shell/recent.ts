// The requests that were opened in this tab, the last first: their numbers and what they are, nothing personal.
import { ref } from "vue";

export interface Recent {
  id: string;
  item: string;
  area: number;
  at: string;
}

const KEPT_AS = "81890.recent";
const KEPT = 20;

export const recent = ref<Recent[]>(read());

export function remember(request: Recent): void {
  recent.value = [request, ...recent.value.filter((one) => one.id !== request.id)].slice(0, KEPT);
  sessionStorage.setItem(KEPT_AS, JSON.stringify(recent.value));
}

function read(): Recent[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isRecent) : [];
  } catch {
    return [];
  }
}

function isRecent(kept: unknown): kept is Recent {
  if (typeof kept !== "object" || kept === null) return false;
  const one: Partial<Record<keyof Recent, unknown>> = kept;
  return (
    typeof one.id === "string" &&
    typeof one.item === "string" &&
    typeof one.area === "number" &&
    typeof one.at === "string"
  );
}
