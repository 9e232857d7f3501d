import { Refused } from "@kit/api/problem";

/** Whether somebody else ruled on the case first: theirs stands, and nothing of one's own was taken. */
export function isForestalled(error: unknown): boolean {
  return error instanceof Refused && error.code === "already-ruled";
}
