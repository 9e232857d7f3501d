import { expect, test } from "vitest";

import { isOwn } from "./lacking";

const LACKS = "not verified or not in date: paper:electrician, paper:liability";
const papers = { kind: "papers", outcome: "missing", evidence: LACKS } as const;
const handedIn = (code: string, verdict: "waiting" | "refused" = "waiting") => ({ code, verdict });

test("what the company can complete waits for it, until it is passed", () => {
  const commitment = { kind: "commitment", outcome: "missing", evidence: "not signed" } as const;
  expect(isOwn(commitment, [], false)).toBe(true);
  expect(isOwn({ ...commitment, outcome: "passed" }, [], false)).toBe(false);
});

test("papers that were handed in wait for an officer, refused ones for the company again", () => {
  expect(isOwn(papers, [handedIn("electrician")], false)).toBe(true);
  expect(isOwn(papers, [handedIn("electrician"), handedIn("liability")], false)).toBe(false);
  expect(isOwn(papers, [handedIn("electrician"), handedIn("liability", "refused")], false)).toBe(true);
});

test("a worker that was enrolled waits for an officer to look at the papers", () => {
  const workers = { kind: "workers", outcome: "missing", evidence: "no worker is green" } as const;
  expect(isOwn(workers, [], false)).toBe(true);
  expect(isOwn(workers, [], true)).toBe(false);
});

test("the register, bans and the rules of admission are looked up by others", () => {
  for (const kind of ["code", "bans", "policy"] as const) {
    expect(isOwn({ kind, outcome: "failed", evidence: "a ban runs until 2027-01-01T00:00:00Z" }, [], false)).toBe(
      false,
    );
  }
});
