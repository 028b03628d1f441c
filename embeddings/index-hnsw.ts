import { setImmediate as turn } from "node:timers/promises";
import type { HierarchicalNSW } from "hnswlib-node";
import type { Neighbour, NeighbourIndex } from "./index-exact.js";

// The only file that knows hnswlib-node.
const M = 16;
const EF_CONSTRUCTION = 200;
/** Not saved with an index: 10 after a load, at which recall falls to 0.8 on 200,000 vectors. */
const EF = 100;
/** Adding is synchronous; after so many points the event loop gets a turn (about 20 ms). */
const POINTS_A_TURN = 32;

export const HNSW_SETTINGS = `ip, M=${M}, efConstruction=${EF_CONSTRUCTION}`;

/** @returns undefined where the native module is not installed: the exact scan then does its work. */
async function library(): Promise<typeof import("hnswlib-node") | undefined> {
  try {
    return (await import("hnswlib-node")).default;
  } catch {
    return undefined;
  }
}

export interface HnswIndex extends NeighbourIndex {
  save(file: string): Promise<unknown>;
}

export async function buildHnsw(vectors: readonly Float32Array[], dimension: number): Promise<HnswIndex | undefined> {
  const hnsw = await library();
  if (hnsw === undefined) return undefined;
  const index = new hnsw.HierarchicalNSW("ip", dimension);
  index.initIndex(Math.max(1, vectors.length), M, EF_CONSTRUCTION);
  for (const [label, vector] of vectors.entries()) {
    index.addPoint(Array.from(vector), label);
    if (label % POINTS_A_TURN === 0) await turn();
  }
  return over(index, vectors.length);
}

/** @throws when the file is truncated or garbage. Dimension and space are NOT checked by the library: see index-cached.ts. */
export async function readHnsw(file: string, dimension: number, count: number): Promise<HnswIndex | undefined> {
  const hnsw = await library();
  if (hnsw === undefined) return undefined;
  const index = new hnsw.HierarchicalNSW("ip", dimension);
  await index.readIndex(file);
  if (index.getCurrentCount() !== count) throw new Error(`${index.getCurrentCount()} vectors instead of ${count}`);
  return over(index, count);
}

function over(index: HierarchicalNSW, count: number): HnswIndex {
  index.setEf(EF);
  return {
    kind: "hnsw",
    count,
    nearest: (vector, k) => {
      if (count === 0) return [];
      const { neighbors, distances } = index.searchKnn(Array.from(vector), Math.min(k, count));
      // The library's distance is 1 - product.
      return neighbors.map((label, i): Neighbour => ({ label, similarity: 1 - (distances[i] ?? 1) }));
    },
    save: (file) => index.writeIndex(file),
  };
}
