// What somebody looks for who types into the field above the requests: one by its number, or those of a caller.
export type Asked = { by: "number"; id: string } | { by: "phone"; phone: string };

/** As the services write it. */
const NUMBER = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** A mobile, or a fixed line with its area code; blanks, hyphens and the country code are the services' to take off. */
const PHONE = /^(?:\+86|0086)?(?:1[3-9]\d{9}|0[1-9]\d{8,10})$/;

/** Null for what is neither. */
export function asked(text: string): Asked | null {
  const id = text.trim().toLowerCase();
  if (NUMBER.test(id)) return { by: "number", id };
  return isPhone(text) ? { by: "phone", phone: text.trim() } : null;
}

/** Whether it is a whole number to call, as people write it. */
export function isPhone(text: string): boolean {
  return PHONE.test(text.replace(/[\s-]/g, ""));
}
