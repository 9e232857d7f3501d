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
      // Within the browser alone: no link can make the page look a code up.
      return { path: "/door", state: { code: found.text } };
  }
}
