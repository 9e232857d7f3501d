// What tells workers apart: the platform keeps no whole name, so many of a company are called the same.

/** The masked name with the end of the number on the card, where that may be shown: 张** 0042. */
export function workerCalled(maskedName: string, card: string | null | undefined): string {
  return card ? `${maskedName} ${card.slice(-4)}` : maskedName;
}
