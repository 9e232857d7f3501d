// The rules in parts that an officer has in mind: what belongs together stands together.
import { within } from "./json";

export const SECTIONS = [
  { name: "entrance", parts: ["/opening", "/entry_grade"] },
  { name: "dimensions", parts: ["/dimensions"] },
  { name: "followup", parts: ["/followup"] },
  { name: "breach", parts: ["/breach", "/immediate_floor", "/open_serious_cap"] },
  { name: "quality", parts: ["/quality"] },
  { name: "grades", parts: ["/bands", "/gates", "/confidence"] },
  { name: "process", parts: ["/process"] },
  { name: "evaluation", parts: ["/evaluation"] },
  { name: "attended", parts: ["/activities/attended"] },
  { name: "honours", parts: ["/activities/honours"] },
  { name: "volunteer", parts: ["/activities/volunteer"] },
  { name: "source", parts: ["/source"] },
] as const;

export type Section = (typeof SECTIONS)[number];

/** Where the part at this pointer is asked for. A pointer to more than one section is asked for in its first. */
export function sectionOf(pointer: string): Section {
  const found =
    SECTIONS.find(({ parts }) => parts.some((part) => within(pointer, part))) ??
    SECTIONS.find(({ parts }) => parts.some((part) => within(part, pointer)));
  return found ?? SECTIONS[0];
}
