/** `aftersale classify` and `aftersale eval`: the terminal around what `embeddings/` does. */
import {
  type ClassifyOptions,
  type CliStreams,
  type EvalOptions,
  runClassify,
  runEval,
} from "../../embeddings/index.js";
import { progress } from "./progress.js";

type Io = Pick<NodeJS.Process, "stdin" | "stdout" | "stderr">;

export function classify(options: ClassifyOptions, io: Io): Promise<number> {
  return runClassify(options, streamsOf(io));
}

export function evaluate(options: EvalOptions, io: Io): Promise<number> {
  return runEval(options, streamsOf(io));
}

/** One bar for each thing that takes time, one after another. */
function streamsOf({ stdin, stdout, stderr }: Io): CliStreams {
  const bars = new Map<string, (done: number, total: number) => void>();
  return {
    stdin,
    stdout,
    stderr,
    progress(title, done, total) {
      const bar = bars.get(title) ?? progress(stderr, title);
      bars.set(title, bar);
      bar(done, total);
    },
  };
}
