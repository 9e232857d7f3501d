// Words for a count, where vue-i18n does not choose them.

/** The form of `day | days` for so many, as vue-i18n chooses it; of many where none is counted. */
export function plural(forms: string, count?: number): string {
  const [one = "", many = one] = forms.split(" | ");
  return count !== undefined && Math.abs(count) === 1 ? one : many;
}
