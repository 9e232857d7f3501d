// What somebody else may have done first, where the service refuses what one wanted to do.
import { Refused } from "@kit/api/problem";

const MOVED: readonly string[] = ["not-now", "conflict", "precondition-failed"];

/** Whether it may be refused for what somebody else did meanwhile: only what stands now can tell. What names a field is
 *  refused for what was typed. */
export function mayHaveMoved(error: unknown): boolean {
  return error instanceof Refused && MOVED.includes(error.code) && error.faults.length === 0;
}
