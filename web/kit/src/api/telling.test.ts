import { expect, test } from "vitest";

import { fields } from "../words/fields";
import { type Fault, Refused } from "./problem";
import { PROBLEMS } from "./generated/problems";
import { knownCodes, told } from "./telling";

const DOCUMENTS = import.meta.glob<string>("../../../../docs/openapi/*.json", {
  eager: true,
  query: "?raw",
  import: "default",
});
/** What is called so in Chinese too. */
const NAMES = ["CSV", "UTF", "GB", "xlsx", "Excel"];

const refused = (code: string, faults: Fault[] = [], service = "credit") =>
  new Refused(service, 422, code, "a title", "a detail", faults, undefined, undefined);
const says = (value: string | null) => () => value;

test.each(knownCodes())("$service's $code speaks in Chinese to who looks at a page, not to programs", (known) => {
  const words = told(refused(known.code, [], known.service), "zh", says("5"));
  const latin = `${words?.title} ${words?.remedy}`.match(/[A-Za-z_]{2,}/g) ?? [];
  expect(latin.filter((word) => !NAMES.includes(word))).toEqual([]);
});

test("every field that can be sent has a name on pages", () => {
  const sent = Object.values(DOCUMENTS).flatMap(sentIn);
  expect(sent.length).toBeGreaterThan(100);
  expect([...new Set(sent)].filter((field) => !(field in fields.zh)).sort()).toEqual([]);
});

test("a fault is told by the page's own name for the field, else by the last part that has one, with its place", () => {
  const at = (pointer: string, code: keyof typeof PROBLEMS.faults = "required") => ({
    pointer,
    code,
    detail: "english",
  });
  const faults = [
    at("#/contact/phone"),
    at("#/changes/1/price/from", "wrong-type"),
    at("papers/cleaning", "check-open"),
  ];
  const { faults: named } =
    told(refused("invalid-body", faults), "zh", says(null), { "#/contact/phone": "来电号码" }) ?? {};
  expect(named).toEqual([
    { field: "来电号码", says: "必须填写" },
    { field: "起（第 2 项）", says: "内容的类型不对" },
    { field: "资质证照", says: "这一项尚未通过" },
  ]);
});

test("where nobody has a name for a field, its pointer stands for it", () => {
  const faults = [{ pointer: "#/zzz", code: "of-tomorrow", detail: "" }];
  expect(told(refused("invalid-body", faults), "zh", says(null))?.faults).toEqual([
    { field: "#/zzz", says: "需要改正" },
  ]);
});

test("what only the page can have sent wrong is no list for who looks at it", () => {
  const faults = [{ pointer: "If-Match", code: "invalid-value", detail: "" }];
  expect(told(refused("invalid-header", faults), "zh", says(null))?.faults).toEqual([]);
});

test("a remedy names what the refusal says, and is not said where it says nothing", () => {
  const until = (member: string) => (member === "until" ? "今天 10:00" : null);
  expect(told(refused("too-late"), "zh", until)?.remedy).toContain("今天 10:00");
  const { remedy } = PROBLEMS.dispatch["too-late"].zh;
  expect(told(refused("too-late", [], "dispatch"), "zh", says(null))?.remedy).toBe(remedy);
});

test("a code that nobody knows is told by its kind alone", () => {
  expect(told(refused("http-418"), "zh", says(null))).toBeUndefined();
});

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
}
interface Operation {
  requestBody?: { content: Record<string, { schema?: Schema }> };
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** The names of all fields of all bodies that a service takes. */
function sentIn(text: string): string[] {
  const { paths, components }: Document = JSON.parse(text);
  const seen = new Set<string>();
  const names = (schema: Schema | undefined): string[] => {
    if (!schema) return [];
    const name = schema.$ref?.split("/").at(-1);
    if (name !== undefined) {
      if (seen.has(name)) return [];
      seen.add(name);
      return names(components.schemas[name]);
    }
    const within = [schema.items, ...[schema.oneOf, schema.anyOf, schema.allOf].flatMap((some) => some ?? [])];
    const own = Object.entries(schema.properties ?? {}).flatMap(([field, inner]) => [field, ...names(inner)]);
    return [...own, ...within.flatMap(names)];
  };
  const bodies = Object.values(paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ requestBody }) => requestBody ?? []),
  );
  return bodies.flatMap(({ content }) => Object.values(content).flatMap(({ schema }) => names(schema)));
}
