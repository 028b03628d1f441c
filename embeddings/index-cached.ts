import { join } from "node:path";
import { z } from "zod";
import { readIfThere, readJsonIfThere, replaceFile, replaceFileWith, sha256 } from "./cache-files.js";
import { exactIndex, type NeighbourIndex } from "./index-exact.js";
import { buildHnsw, HNSW_SETTINGS, readHnsw } from "./index-hnsw.js";
import type { Log } from "./log.js";

/**
 * Beside the index file: all that must be equal for it to be used. hnswlib itself accepts a file of another space or
 * dimension without a word, and gives nonsense.
 */
const Sidecar = z.strictObject({
  format: z.literal(1),
  encoder: z.string(),
  dimension: z.number(),
  settings: z.string(),
  count: z.number(),
  /** sha256 over the texts, in order. */
  texts: z.string(),
  /** sha256 of the index file. */
  index: z.string(),
});

export interface IndexSource {
  readonly encoderId: string;
  readonly dimension: number;
  readonly texts: readonly string[];
  /** Called only when there is no usable index. */
  readonly vectors: () => Promise<readonly Float32Array[]>;
}

/** The index over the texts: from `cacheDir` when what lies there was made from the very same, else built and kept; without a `cacheDir` built. */
export async function openIndex(source: IndexSource, cacheDir: string | undefined, log?: Log): Promise<NeighbourIndex> {
  if (cacheDir === undefined) {
    const fresh = await source.vectors();
    return (await buildHnsw(fresh, source.dimension)) ?? exactIndex(fresh);
  }
  const file = join(cacheDir, "nearest.hnsw");
  const sidecarFile = join(cacheDir, "nearest.json");
  const wanted = {
    format: 1,
    encoder: source.encoderId,
    dimension: source.dimension,
    settings: HNSW_SETTINGS,
    count: source.texts.length,
    texts: sha256(JSON.stringify(source.texts)),
  } as const;
  const kept = Sidecar.safeParse(await readJsonIfThere(sidecarFile)).data;
  const bytes = kept === undefined ? undefined : await readIfThere(file);
  if (kept !== undefined && bytes !== undefined) {
    const { index: checksum, ...made } = kept;
    const same = JSON.stringify(made) === JSON.stringify(wanted) && sha256(bytes) === checksum;
    const index = same ? await readHnsw(file, source.dimension, wanted.count).catch(() => undefined) : undefined;
    if (index !== undefined) return index;
    log?.info({ file }, "the nearest-neighbour index is stale and is built again");
  }
  const vectors = await source.vectors();
  const built = await buildHnsw(vectors, source.dimension);
  if (built === undefined) {
    log?.warn({}, "hnswlib-node is not installed; nearest examples are found by an exact scan");
    return exactIndex(vectors);
  }
  try {
    await replaceFile(file, (temporary) => built.save(temporary));
    const checksum = sha256((await readIfThere(file)) ?? "");
    await replaceFileWith(sidecarFile, `${JSON.stringify({ ...wanted, index: checksum }, null, 2)}\n`);
  } catch (error) {
    log?.warn({ file, error }, "the nearest-neighbour index cannot be kept; it is built again at the next start");
  }
  return built;
}
