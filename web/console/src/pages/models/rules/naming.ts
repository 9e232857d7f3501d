// What the name of a part of the rules says.
export interface Name {
  zh: string;
  en: string;
  /** In a sentence, where the name alone leaves a question. */
  about?: { zh: string; en: string };
  /** What it means that nothing stands here. */
  none?: { zh: string; en: string };
}

export function name(zh: string, en: string, about?: [zh: string, en: string]): Name {
  return { zh, en, about: about && { zh: about[0], en: about[1] } };
}
