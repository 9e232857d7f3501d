// What looks like a person's number in a text that everybody will see. Only a likeness: whoever writes decides.

/** A mobile number, also as it is read out: 138 0013 8000. */
const MOBILE = /(?<!\d)1[3-9]\d(?:[ -]?\d){8}(?!\d)/u;
/** A resident's identity number: a place, a day of birth, and four more. A company's code has no such day. */
const IDENTITY = /(?<![\da-z])\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx](?![\da-z])/iu;

export type Personal = "mobile" | "identity";

/** Which of them stand in it. */
export function personalIn(text: string): Personal[] {
  return [...(MOBILE.test(text) ? ["mobile" as const] : []), ...(IDENTITY.test(text) ? ["identity" as const] : [])];
}
