// A small document for tests, with a part of every kind.
import type { Document } from "./json";
import type { Schema } from "./schema";

const points: Schema = { type: "integer", minimum: 0, maximum: 100, "x-unit": "points" };

export const schema: Schema = {
  type: "object",
  properties: {
    version: { type: "integer", minimum: 1, readOnly: true },
    breach: {
      type: "object",
      properties: { points, valid_days: { type: ["integer", "null"], minimum: 1, "x-unit": "days", default: null } },
      required: ["points"],
    },
    gates: {
      type: "array",
      maxItems: 6,
      "x-key": "grade",
      items: {
        type: "object",
        properties: { grade: { enum: ["D", "C", "B", "A", "AA"] }, callbacks_min: { type: "integer", minimum: 0 } },
        required: ["grade", "callbacks_min"],
      },
    },
    honours: {
      type: "object",
      "x-keys": "kind",
      propertyNames: { pattern: "^[a-z-]{1,9}$" },
      maxProperties: 2,
      additionalProperties: {
        type: "object",
        properties: {
          title: { type: "string", minLength: 1, maxLength: 5 },
          title_en: { type: "string", default: "" },
          city: points,
        },
        required: ["title", "city"],
      },
    },
    red_lines: { type: "array", minItems: 1, items: { oneOf: [{ const: "bribery" }, { const: "fraud" }] } },
  },
  required: ["version", "breach", "gates", "honours", "red_lines"],
};

export const document: Document = {
  version: 1,
  breach: { points: 60, valid_days: 90 },
  gates: [
    { grade: "AA", callbacks_min: 30 },
    { grade: "A", callbacks_min: 10 },
  ],
  honours: { brand: { title: "品牌", title_en: "brand", city: 15 } },
  red_lines: ["bribery", "fraud"],
};
