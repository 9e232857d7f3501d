import type { Scanned } from "@kit/certificate/scanned";
import type { RouteLocationRaw } from "vue-router";

/** The page that says more about what was scanned. */
export function pathOf(found: Scanned): RouteLocationRaw {
  switch (found.kind) {
    case "certificate":
      return { path: "/verify", state: { code: found.text } };
    case "number":
      return `/certificates/${found.number}`;
    case "merchant":
      return `/merchants/${found.merchant}`;
    case "worker":
      return "/door";
  }
}
