import { cp, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Encoder, openEncoder } from "../../embeddings/index.js";

const MODEL_ROOT = new URL("../../embeddings/model/", import.meta.url);
const MODEL = "minilm-l6-aftersale";

describe("the sentence encoder", () => {
  let encoder: Encoder;
  const workers: Worker[] = [];
  beforeAll(async () => {
    encoder = await openEncoder({ onWorker: (worker) => workers.push(worker) });
  });
  afterAll(() => encoder.close());

  test("says which model, files and runtime its vectors come from", () => {
    expect(encoder.id).toMatch(/^minilm-l6-aftersale@[0-9a-f]{12}\/onnxruntime-node@\d+\.\d+\.\d+$/);
    expect(encoder.dimension).toBe(384);
  });

  test("gives vectors of length 1, near for the same wish and far for another", async () => {
    const [late, where, cancel] = await Promise.all(
      ["my parcel is late, where is it", "where is my order", "please end my subscription"].map((t) =>
        encoder.embed(t),
      ),
    );
    expect(dot(late, late)).toBeCloseTo(1, 5);
    expect(dot(late, where)).toBeGreaterThan(dot(late, cancel) + 0.2);
  });

  test("gives a text the same vector whatever was encoded before or beside it", async () => {
    const text = "i was charged twice for order 40127 and nobody answers";
    const alone = await encoder.embed(text);
    const other = await openEncoder();
    try {
      const [, , beside] = await Promise.all(["hi", "x ".repeat(900), text].map((t) => other.embed(t)));
      expect(beside).toEqual(alone);
    } finally {
      await other.close();
    }
  });

  test.each([
    ["an empty text", ""],
    ["blanks", " \n\t "],
    ["NUL", "\0\0"],
    ["emoji", "😭😭📦"],
    ["half an emoji", "\ud83d where"],
    ["Arabic", "أين طلبي"],
    ["Chinese", "我的订单在哪里".repeat(400)],
  ])("reads %s", async (_, text) => {
    const vector = await encoder.embed(text);
    expect(vector).toHaveLength(384);
    expect(vector.every(Number.isFinite)).toBe(true);
  });

  test("cuts a megabyte instead of reading it", async () => {
    const start = performance.now();
    const long = await encoder.embed("where is my order ".repeat(60_000));
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(await encoder.embed("where is my order ".repeat(60_000).slice(0, 2_000))).toBe(long);
  });

  test("refuses politely when too many texts wait, and goes on with those that do", async () => {
    const small = await openEncoder({ maxWaiting: 3 });
    try {
      const answers = await Promise.allSettled(["a", "b", "c", "d", "e", "f"].map((text) => small.embed(text)));
      const refused = answers.filter((answer) => answer.status === "rejected");
      expect(refused.length).toBeGreaterThan(0);
      expect(answers.length - refused.length).toBeGreaterThanOrEqual(3);
      for (const { reason } of refused) expect(reason).toMatchObject({ code: "ENCODER_BUSY" });
    } finally {
      await small.close();
    }
  });

  test("survives the end of its thread: waiting texts are encoded by the next one", async () => {
    const before = workers.length;
    const waiting = ["one order", "two orders", "three orders"].map((text) => encoder.embed(text));
    // The texts reach the thread in a microtask; ending it now catches the first one in the middle.
    await Promise.resolve();
    await workers.at(-1)?.terminate();
    const vectors = await Promise.all(waiting);
    expect(vectors.map((vector) => vector.length)).toEqual([384, 384, 384]);
    expect(workers.length).toBe(before + 1);
  });

  test("tells who asks after closing that it is closed", async () => {
    const closed = await openEncoder();
    await closed.close();
    await expect(closed.embed("hello")).rejects.toMatchObject({ code: "ENCODER_CLOSED" });
  });
});

describe("a broken model folder", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "aftersale-model-"));
    await cp(MODEL_ROOT, folder, { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("with a missing file is refused, naming the file and the fix", async () => {
    const file = join(folder, MODEL, "tokenizer_config.json");
    await rm(file);
    const refusal = openEncoder({ modelDir: join(folder, MODEL) });
    await expect(refusal).rejects.toMatchObject({ code: "MODEL_FILE_MISSING", file });
    await expect(refusal).rejects.toThrow(/Restore embeddings\/model/);
    await cp(new URL(`${MODEL}/tokenizer_config.json`, MODEL_ROOT), file);
  });

  test("with a damaged file is refused, naming the file and the fix", async () => {
    const file = join(folder, MODEL, "onnx", "model_quantized.onnx");
    await truncate(file, 1_000_000);
    const refusal = openEncoder({ modelDir: join(folder, MODEL) });
    await expect(refusal).rejects.toMatchObject({ code: "MODEL_FILE_DAMAGED", file });
    await expect(refusal).rejects.toThrow(/Restore it/);
  });

  test("without a readable list of checksums is refused", async () => {
    await writeFile(join(folder, "checksums.json"), "{");
    await expect(openEncoder({ modelDir: join(folder, MODEL) })).rejects.toMatchObject({ code: "MODEL_FILE_DAMAGED" });
    await rm(join(folder, "checksums.json"));
    await expect(openEncoder({ modelDir: join(folder, MODEL) })).rejects.toMatchObject({ code: "MODEL_FILE_MISSING" });
  });
});

function dot(a: Float32Array | undefined, b: Float32Array | undefined): number {
  let sum = 0;
  for (const [i, value] of (a ?? []).entries()) sum += value * (b?.[i] ?? 0);
  return sum;
}
