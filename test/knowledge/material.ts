/** The demo shop's passages, and what finds them. */
import { readdir, readFile } from "node:fs/promises";
import { loadKnowledge, type Passage } from "../../server/understanding/index.js";

export { openClassifier } from "../../embeddings/index.js";
export { type Compared, fused, openKnowledge } from "../../server/understanding/index.js";

const FOLDER = "policies/knowledge";

export async function shippedPassages(): Promise<readonly Passage[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".md")).sort();
  const files = await Promise.all(
    names.map(async (name) => ({ file: `${FOLDER}/${name}`, text: await readFile(`${FOLDER}/${name}`, "utf8") })),
  );
  return loadKnowledge(files).passages;
}
