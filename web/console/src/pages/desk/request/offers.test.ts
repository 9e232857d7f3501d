import { expect, it } from "vitest";

import { type Offer, offerOf } from "./offers";
import type { TimelineEntry } from "./timeline";

const offer = (id: string, merchant: string, offered: number, ended: number | null) =>
  ({ id, merchant, offered_at: `0${offered}:00`, ended_at: ended === null ? null : `0${ended}:00` }) as Offer;
const entry = (kind: TimelineEntry["kind"], merchant: string | undefined, at: number): TimelineEntry => ({
  seq: 1,
  kind,
  merchant,
  at: `0${at}:00`,
  by: { kind: "platform" },
});

it("is found by its merchant and the moment, also where one was asked twice", () => {
  const offers = [offer("third", "a", 3, null), offer("second", "b", 2, 3), offer("first", "a", 1, 2)];
  const found = (...of: Parameters<typeof entry>) => offerOf(entry(...of), offers)?.id;
  expect(found("offered", "a", 1)).toBe("first");
  expect(found("declined", "a", 2)).toBe("first");
  expect(found("expired", "b", 3)).toBe("second");
  expect(found("offered", "a", 3)).toBe("third");
  expect(found("received", undefined, 1)).toBeUndefined();
});
