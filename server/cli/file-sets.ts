/** `aftersale versions` and `aftersale rollback`: which files are in force, and back to earlier ones, beside a running server. */
import { userInfo } from "node:os";
import { join } from "node:path";
import { databaseOf, dataDirOf } from "../config.js";
import { PROJECT, readShopTexts, setIdOf } from "../shop-files.js";
import {
  type KeptSet,
  keptFileSets,
  lastPublication,
  openStore,
  type Publication,
  rollBackTo,
  type Store,
} from "../store/index.js";

export interface FileSetOptions {
  readonly root?: string;
}

/** Nothing to go back to, or nothing of that name. */
export class NoSuchSetError extends Error {
  override readonly name = "NoSuchSetError";
  readonly code = "SHOP_FILES_NO_SET";
}

/** Prints the sets that are kept, the latest first. @returns the exit code */
export async function versions({ root = PROJECT }: FileSetOptions, out = process.stdout): Promise<number> {
  const inFolders = setIdOf(await readShopTexts(root));
  const { kept, last } = await withStore(root, read);
  for (const { id, at } of kept) {
    const marks = [id === last?.set && "in force", id === inFolders && "in the folders"].filter(Boolean);
    out.write(`${id}  first live ${new Date(at).toISOString()}${marks.length > 0 ? `  (${marks.join(", ")})` : ""}\n`);
  }
  if (!kept.some(({ id }) => id === inFolders)) {
    out.write(`${inFolders}  in the folders, never live: start the server, or see "aftersale check"\n`);
  }
  return 0;
}

/**
 * Puts an earlier set in force until the folders hold something new; a running server follows within a second.
 *
 * @param wanted its id or the first characters of it; the one that was live before when left out
 * @throws {NoSuchSetError}
 */
export async function rollback(
  wanted: string | undefined,
  { root = PROJECT, end = false }: FileSetOptions & { readonly end?: boolean },
  out = process.stdout,
): Promise<number> {
  const insteadOf = setIdOf(await readShopTexts(root));
  const by = userInfo().username;
  return withStore(root, async (store) => {
    const { kept, last } = await read(store);
    const at = Date.now();
    if (end) {
      if (last?.insteadOf === undefined) throw new NoSuchSetError("Nothing is rolled back: the folders count already.");
      await store.write((tx) => rollBackTo(tx, { at, set: last.insteadOf as string, by }));
      out.write(`${last.insteadOf}, the set of the folders, is in force again.\n`);
      return 0;
    }
    const set = chosen(wanted, kept, last);
    await store.write((tx) => rollBackTo(tx, { at, set, insteadOf, by }));
    out.write(
      `${set} is in force instead of ${insteadOf}, until the folders hold something new. Conversations under way finish on ` +
        "the files that they began with. Take it back with: aftersale rollback --end\n",
    );
    return 0;
  });
}

function chosen(wanted: string | undefined, kept: readonly KeptSet[], last: Publication | undefined): string {
  const others = kept.filter(({ id }) => id !== last?.set);
  const fits = wanted === undefined ? others.slice(0, 1) : kept.filter(({ id }) => id.startsWith(wanted));
  const [set, ...more] = fits;
  if (set !== undefined && more.length === 0) return set.id;
  const known = kept.map(({ id }) => id).join(", ") || "none";
  if (wanted === undefined) throw new NoSuchSetError("No earlier set is kept to go back to.");
  throw new NoSuchSetError(
    set === undefined
      ? `No set "${wanted}" is kept. There are: ${known}.`
      : `"${wanted}" could be ${fits.map(({ id }) => id).join(" or ")}: write more of it.`,
  );
}

function read(store: Store): Promise<{ kept: KeptSet[]; last: Publication | undefined }> {
  return store.read(async (tx) => ({ kept: await keptFileSets(tx), last: await lastPublication(tx) }));
}

async function withStore<T>(root: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({
    url: databaseOf().databaseUrl ?? join(dataDirOf(root), "aftersale.db"),
    beside: true,
  });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
