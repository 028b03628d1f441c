import { type Knowledge, type KnowledgeOptions, openKnowledge, type Reader } from "./find.js";
import type { Passage } from "./passage.js";

/** Each set of passages is opened when it is first asked, and once: sets come and go while the server runs. */
export function openOnce(
  reader: Reader,
  options?: KnowledgeOptions,
): (passages: readonly Passage[]) => Promise<Knowledge> {
  const opened = new WeakMap<readonly Passage[], Promise<Knowledge>>();
  return (passages) => {
    const known = opened.get(passages);
    if (known !== undefined) return known;
    const opening = openKnowledge(passages, reader, options);
    opened.set(passages, opening);
    // What failed is tried again with the next message.
    opening.catch(() => opened.delete(passages));
    return opening;
  };
}
