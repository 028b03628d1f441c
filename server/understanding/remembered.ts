import type { Classification } from "../../embeddings/index.js";
import type { UnderstandClassifier } from "./understand.js";

/** What taps, "yes", "thanks" and a few words come to; longer messages are hardly ever written twice. */
const LONGEST = 60;
const MOST = 500;

/**
 * The same classifier, which looks at a short text once: the labels of choices come again and again, and what one means never
 * changes while the classifier is the same. In memory only, the least lately used forgotten first.
 */
export function rememberingShortTexts(classifier: UnderstandClassifier): UnderstandClassifier {
  const known = new Map<string, Classification>();
  return {
    ...classifier,
    async classify(text) {
      if (text.length > LONGEST) return classifier.classify(text);
      const found = known.get(text) ?? (await classifier.classify(text));
      // Moved to the end: the first one is the one to forget.
      known.delete(text);
      known.set(text, found);
      if (known.size > MOST) known.delete(known.keys().next().value ?? "");
      return found;
    },
  };
}
