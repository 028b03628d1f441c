import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type EvalRow, readRows } from "../../../embeddings/index.js";

/** Beside the project, where it is not said otherwise. */
export const DEFAULT_DATA_DIR = fileURLToPath(new URL("../../../../shared", import.meta.url));

/** The public sets and the held-back messages are not part of the project: said so that one can do something about it. */
export class DataMissingError extends Error {
  override readonly name = "DataMissingError";
  constructor(readonly file: string) {
    super(
      `${file} is not there. The comparison reads labelled messages that are not part of this project (JSON Lines, "text" and "label" or "intent"): ` +
        "datasets/ with BANKING77, CLINC150, HWU64 and ABCD openings, and utterances/dev.jsonl. " +
        "Name the folder that holds both with --data DIR; see test/bench/nlu/README.md.",
    );
  }
}

export interface Rows {
  readonly train: readonly EvalRow[];
  /** For settings and thresholds; absent where the set has none. */
  readonly validation?: readonly EvalRow[];
  readonly test: readonly EvalRow[];
}

export type Reader = (...files: string[]) => EvalRow[];

/** @throws {DataMissingError} */
export function readerOf(dataDir: string): Reader {
  return (...files) =>
    files.flatMap((name) => {
      const file = join(dataDir, `${name}.jsonl`);
      if (!existsSync(file)) throw new DataMissingError(file);
      return readRows(`${name}.jsonl`, readFileSync(file, "utf8")).rows;
    });
}
