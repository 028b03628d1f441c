/** `aftersale classify`: the shop's own classifier over lines of text. */
import { createInterface } from "node:readline";
import { openClassifier } from "../../embeddings/index.js";
import { progress } from "./progress.js";

export async function classify(io: Pick<NodeJS.Process, "stdin" | "stdout" | "stderr">): Promise<number> {
  const classifier = await openClassifier({ onProgress: progress(io.stderr, "Learning the intents") });
  for await (const line of createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    io.stdout.write(`${JSON.stringify(await classifier.classify(line))}\n`);
  }
  await classifier.close();
  return 0;
}
