// The code by which a citizen follows a request: as people type it, and as it is handed out.

/** Digits and letters without those that are taken for others when read out. */
const DIGITS = /^[0-9A-HJKMNP-TV-Z]{15}$/;
const GROUP = /.{5}(?=.)/g;

/** In either case, with or without its groups, with O for 0 and I or L for 1; null for what is no code. The service
 *  reads it likewise: here it spares a question that leads nowhere. */
export function codeOf(text: string): string | null {
  const digits = text.replace(/[\s-]/g, "").toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1");
  return DIGITS.test(digits) ? digits.replace(GROUP, "$&-") : null;
}
