// What somebody looks for who types into the field above the requests: one by its number or by the code that its citizen
// was told, or those of a caller.
import { codeOf } from "@kit/tracking";

/** What a caller can say, as the service takes it. */
export type Sought = { phone: string } | { tracking_code: string };
export type Asked = { id: string } | Sought;

/** As the services write it. */
const NUMBER = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** A mobile, or a fixed line with its area code; blanks, hyphens and the country code are the services' to take off. */
const PHONE = /^(?:\+86|0086)?(?:1[3-9]\d{9}|0[1-9]\d{8,10})$/;

/** Null for what is none of them. What is a number to call is no code, though it may have as many digits. */
export function asked(text: string): Asked | null {
  const id = text.trim().toLowerCase();
  if (NUMBER.test(id)) return { id };
  if (isPhone(text)) return { phone: text.trim() };
  const code = codeOf(text);
  return code === null ? null : { tracking_code: code };
}

/** Whether it is a whole number to call, as people write it. */
export function isPhone(text: string): boolean {
  return PHONE.test(text.replace(/[\s-]/g, ""));
}
