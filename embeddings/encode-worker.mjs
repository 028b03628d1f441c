/**
 * The thread in which texts become vectors: inference blocks a thread for as long as it runs, and the thread that
 * serves shoppers must not wait. One text per call: with int8 weights the scale is taken over the whole batch, so a
 * text's vector would depend on its company.
 *
 * Plain JavaScript, because a worker thread on Node 20 does not take over its parent's TypeScript loader, and a loader
 * of its own would cost 150 MB. What it says and hears is typed in encode.ts (EncodeRequest, EncodeMessage).
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { env, pipeline } from "@xenova/transformers";

if (parentPort === null) throw new Error("encode-worker.mjs runs only as a worker thread; call openEncoder() instead.");
const port = parentPort;

env.allowRemoteModels = false;
env.allowLocalModels = true;
// Otherwise a cache folder inside node_modules would be looked at before the model folder.
env.useFSCache = false;

try {
  // An absolute path is taken as it is. One thread: a second one spins, doubling the cost of a text.
  const encode = await pipeline("feature-extraction", workerData.modelDir, {
    dtype: "q8",
    session_options: { intraOpNumThreads: 1, interOpNumThreads: 1, executionProviders: ["cpu"] },
  });
  /** @param {string} text */
  const vectorOf = async (text) => {
    const output = await encode(text, { pooling: "mean", normalize: true });
    const vector = Float32Array.from(output.data);
    output.dispose();
    return vector;
  };
  const { length: dimension } = await vectorOf("ready");
  port.on("message", async ({ id, text }) => {
    try {
      const vector = await vectorOf(text);
      port.postMessage({ kind: "vector", id, vector }, [vector.buffer]);
    } catch (error) {
      port.postMessage({ kind: "failed", id, reason: reasonOf(error) });
    }
  });
  port.postMessage({ kind: "ready", runtime: runtimeVersion(), dimension });
} catch (error) {
  port.postMessage({ kind: "failed", reason: reasonOf(error) });
}

/** Vectors of longer texts differ between versions of the runtime, so its version is part of the encoder's identity. */
function runtimeVersion() {
  const name = "onnxruntime-node";
  const require = createRequire(createRequire(import.meta.url).resolve("@xenova/transformers"));
  for (let folder = dirname(require.resolve(name)); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const found = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      if (found.name === name) return `${name}@${found.version}`;
    } catch {
      // Not the folder that holds the package's own package.json; look one higher.
    }
  }
  return name;
}

/** @param {unknown} error */
function reasonOf(error) {
  return error instanceof Error ? error.message : String(error);
}
