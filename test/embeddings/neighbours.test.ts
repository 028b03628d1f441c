import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Encoder, embedAll, exactIndex, loadIntents, openEncoder, openIndex } from "../../embeddings/index.js";

let encoder: Encoder;
let cacheDir: string;
let texts: string[];
let vectors: Float32Array[];

beforeAll(async () => {
  encoder = await openEncoder();
  cacheDir = await mkdtemp(join(tmpdir(), "aftersale-index-"));
  const { utterances } = await loadIntents();
  // Every fifth: enough for a graph of several layers, encoded in two seconds.
  texts = utterances.filter((_, i) => i % 5 === 0).map(({ text }) => text);
  vectors = await embedAll(texts, encoder, cacheDir);
});
afterAll(async () => {
  await encoder.close();
  await rm(cacheDir, { recursive: true });
});

describe("the nearest-neighbour index", () => {
  test("finds what an exact scan finds", async () => {
    const exact = exactIndex(vectors);
    const index = await open();
    expect(index.kind).toBe("hnsw");
    let hits = 0;
    const queries = vectors.filter((_, i) => i % 4 === 0);
    for (const query of queries) {
      const expected = new Set(exact.nearest(query, 10).map(({ label }) => label));
      hits += index.nearest(query, 10).filter(({ label }) => expected.has(label)).length;
    }
    expect(hits / (queries.length * 10)).toBeGreaterThan(0.99);
  });

  test("gives similarities as cosines, nearest first", async () => {
    const [first, second] = (await open()).nearest(vectors[7] as Float32Array, 2);
    expect(first).toMatchObject({ label: 7 });
    expect(first?.similarity).toBeCloseTo(1, 5);
    expect(second?.similarity).toBeLessThan(1);
  });

  test("with fewer entries than asked for gives all of them", async () => {
    const small = await open({ texts: texts.slice(0, 3), vectors: async () => vectors.slice(0, 3) });
    expect(small.nearest(vectors[0] as Float32Array, 10)).toHaveLength(3);
  });
});

describe("the kept index", () => {
  let builds: number;
  const counted = async (): Promise<Float32Array[]> => {
    builds += 1;
    return vectors;
  };
  beforeEach(async () => {
    await open({ vectors: async () => vectors });
    builds = 0;
  });

  test("is used again when nothing changed, and finds the same", async () => {
    const again = await open({ vectors: counted });
    expect(builds).toBe(0);
    expect(again.nearest(vectors[3] as Float32Array, 1)[0]).toMatchObject({ label: 3 });
  });

  test.each<[string, () => Promise<unknown> | unknown, object]>([
    ["was made by another encoder", () => undefined, { encoderId: "other@1" }],
    ["was made from other texts", () => undefined, { texts: [] }],
    ["is cut short", () => truncate(join(cacheDir, "nearest.hnsw"), 1_000), {}],
    ["is garbage", () => writeFile(join(cacheDir, "nearest.hnsw"), "garbage"), {}],
    ["is gone", () => rm(join(cacheDir, "nearest.hnsw")), {}],
    ["has no sidecar", () => rm(join(cacheDir, "nearest.json")), {}],
    ["has a sidecar that is not JSON", () => writeFile(join(cacheDir, "nearest.json"), "{"), {}],
    ["has a sidecar of another dimension", () => editSidecar({ dimension: 128 }), {}],
    ["has a sidecar of another count", () => editSidecar({ count: 1 }), {}],
    ["has a sidecar of another space", () => editSidecar({ settings: "l2, M=16, efConstruction=200" }), {}],
  ])("is built again when it %s", async (_, spoil, changes) => {
    await spoil();
    const source = "texts" in changes ? { texts: [...texts.slice(1), "something new"] } : changes;
    const index = await open({ vectors: counted, ...source });
    expect(builds).toBe(1);
    expect(index.nearest(vectors[3] as Float32Array, 1)[0]).toMatchObject({ label: 3 });
  });

  async function editSidecar(changes: object): Promise<void> {
    const file = join(cacheDir, "nearest.json");
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), ...changes }));
  }
});

describe("the kept vectors", () => {
  test("spare encoding all but the text that changed", async () => {
    const encoded: string[] = [];
    const watched: Encoder = {
      ...encoder,
      embed: (text) => {
        encoded.push(text);
        return encoder.embed(text);
      },
    };
    const [first, ...rest] = texts;
    const again = await embedAll([`${first} please`, ...rest], watched, cacheDir);
    expect(encoded).toEqual([`${first} please`]);
    expect(again[5]).toEqual(vectors[5]);
  });
});

function open(changes: object = {}): ReturnType<typeof openIndex> {
  return openIndex(
    { encoderId: encoder.id, dimension: encoder.dimension, texts, vectors: async () => vectors, ...changes },
    cacheDir,
  );
}
