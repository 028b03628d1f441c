/**
 * Which of the merchant's files are in force. The folders are the truth: a changed set is read whole, checked whole, and
 * goes live at once or not at all. A set that went live is kept in the store, so that a conversation finishes on the one that it
 * began with, a start over broken files serves the last good ones, and a rollback needs no files.
 */
import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import { loadIntents } from "../embeddings/index.js";
import type { Ports } from "./ports/index.js";
import { formatProblem, type Problem } from "./problems/index.js";
import {
  checkShopTexts,
  type LoadShopOptions,
  readShopTexts,
  type ShopFiles,
  type ShopTexts,
  setIdOf,
} from "./shop-files.js";
import { findFileSet, lastPublication, type Publication, publishFileSet, type Store } from "./store/index.js";

/** The merchant's files cannot go live; `problems` says all that is wrong with them. */
export class ShopFilesError extends Error {
  override readonly name = "ShopFilesError";
  readonly code = "SHOP_FILES_INVALID";
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
  }
}

export interface FileSet {
  /** First characters of the digest of all its texts. */
  readonly id: string;
  readonly files: ShopFiles;
  /** Warnings: a set with errors never becomes one. */
  readonly problems: readonly Problem[];
}

/** What came of looking at the folders. */
export type Reloaded =
  | { readonly result: "unchanged" | "live" | "held_back"; readonly set: string }
  | { readonly result: "refused"; readonly problems: readonly Problem[] };

export interface FilesInForce {
  readonly current: FileSet;
  /** What keeps the files that lie in the folders now from going live; empty when nothing does. */
  readonly refused: readonly Problem[];
  /** The set that a conversation began its policy with; the one in force for a newcomer, or when that one is no longer kept. */
  pick(id: string | undefined): Promise<FileSet>;
  /** Reads the folders, and what was rolled back meanwhile. */
  reload(): Promise<Reloaded>;
  /** Looks again whenever a file changes and, for rollbacks, twice a second. */
  follow(): void;
  close(): Promise<void>;
}

export interface FilesInForceOptions extends LoadShopOptions {
  readonly store: Store;
  readonly ports: Ports;
  log(event: { level: "info" | "warn" | "error"; message: string; [field: string]: unknown }): void;
}

/** An editor writes a file in several steps, and a checkout many files. */
const SETTLE_MS = 300;
const READINGS = 20;
const LOOK_FOR_ROLLBACK_MS = 500;
/** Sets that conversations under way still need; each is some 10 MB when loaded. */
const LOADED_SETS = 4;

/** @throws {ShopFilesError} the files are not in order, and no good ones are kept from before */
export async function openFilesInForce(options: FilesInForceOptions): Promise<FilesInForce> {
  const { root, store, ports, log } = options;
  // The classifier learns them at the start, so that for as long as it runs these are the intents that there are.
  const intents = options.intents ?? (await loadIntents(join(root, "embeddings", "intents")));
  const loaded = new Map<string, FileSet>();
  let current: FileSet | undefined;
  let refused: readonly Problem[] = [];
  /** What is known to lie in the folders: a set that was looked at is not checked again. */
  let seen: string | undefined;
  let publication: Publication | undefined;
  let busy: Promise<unknown> = Promise.resolve();
  const stops: (() => void)[] = [];

  function remember(set: FileSet): FileSet {
    loaded.delete(set.id);
    loaded.set(set.id, set);
    for (const id of loaded.keys()) {
      if (loaded.size <= LOADED_SETS) break;
      if (id !== current?.id) loaded.delete(id);
    }
    return set;
  }

  async function checkTexts(id: string, texts: ShopTexts): Promise<FileSet | readonly Problem[]> {
    const { files, problems } = await checkShopTexts(texts, { ...options, intents });
    return files === undefined ? problems : { id, files, problems };
  }

  async function kept(id: string): Promise<FileSet | undefined> {
    const known = loaded.get(id);
    if (known !== undefined) return remember(known);
    const texts = await store.read((tx) => findFileSet(tx, id));
    if (texts === undefined) return undefined;
    const set = await checkTexts(id, texts as unknown as ShopTexts);
    if (!("files" in set)) {
      log({ level: "warn", message: `the files of ${id} no longer fit this program or its settings`, set: id });
      return undefined;
    }
    return remember(set);
  }

  /** One look at a time: a second one begins when the first has ended. */
  function look(): Promise<Reloaded> {
    const result = busy.then(lookNow);
    busy = result.catch(() => undefined);
    return result;
  }

  async function lookNow(): Promise<Reloaded> {
    const { id, texts } = await readSettled(root);
    publication = await store.read((tx) => lastPublication(tx));
    const { set: wanted, insteadOf } = publication ?? {};
    if (insteadOf === id && wanted !== undefined) {
      const before = await kept(wanted);
      if (before !== undefined) return putInForce(before, "held_back");
    }
    if (current?.id === id) return unchanged(id);
    if (seen === id && refused.length > 0) return { result: "refused", problems: refused };
    seen = id;
    const set = loaded.get(id) ?? (await checkTexts(id, texts));
    if (!("files" in set)) return refuse(set, wanted);
    if (wanted !== id || insteadOf !== undefined) {
      const at = ports.clock.now();
      await store.write((tx) => publishFileSet(tx, { id, at, texts: { ...texts } }));
    }
    return putInForce(set, "live");
  }

  function unchanged(id: string): Reloaded {
    refused = [];
    return { result: "unchanged", set: id };
  }

  function putInForce(set: FileSet, result: "live" | "held_back"): Reloaded {
    refused = [];
    if (current?.id === set.id) return { result: "unchanged", set: set.id };
    const isFirst = current === undefined;
    current = set;
    remember(set);
    if (!isFirst)
      log({
        level: "info",
        message: `files ${set.id} are in force; conversations under way finish on theirs`,
        set: set.id,
      });
    return { result, set: set.id };
  }

  async function refuse(problems: readonly Problem[], lastGood: string | undefined): Promise<Reloaded> {
    refused = problems;
    if (current === undefined) {
      const before = lastGood === undefined ? undefined : await kept(lastGood);
      if (before === undefined) throw new ShopFilesError(problems);
      current = before;
    }
    const errors = problems.filter(({ severity }) => severity === "error");
    log({
      level: "error",
      message: `the files in the folders are not in order: ${current.id} keeps serving. Run "aftersale check".`,
      set: current.id,
      problems: errors.slice(0, 10).map(formatProblem),
    });
    return { result: "refused", problems };
  }

  await look();
  const inForce = (): FileSet => current as FileSet;

  function lookAgain(): void {
    look().catch((error: unknown) => log({ level: "error", message: "the files could not be read again", error }));
  }

  async function lookForRollback(): Promise<void> {
    const last = await store.read((tx) => lastPublication(tx));
    if (last?.n !== publication?.n && last?.set !== inForce().id) await look();
  }

  return {
    get current() {
      return inForce();
    },
    get refused() {
      return refused;
    },
    async pick(id) {
      if (id === undefined || id === inForce().id) return inForce();
      return (await kept(id)) ?? inForce();
    },
    reload: look,
    follow() {
      const watchers = ["policies", "rules"].map((folder) => watchFolder(join(root, folder), lookAgain));
      const timer = setInterval(() => void lookForRollback().catch(() => undefined), LOOK_FOR_ROLLBACK_MS);
      timer.unref();
      stops.push(() => clearInterval(timer), ...watchers);
    },
    async close() {
      for (const stop of stops.splice(0)) stop();
      await busy;
    },
  };
}

/** The texts as they lie in the folders, read again until two readings agree: none is half of an edit. */
async function readSettled(root: string): Promise<{ id: string; texts: ShopTexts }> {
  let texts = await readShopTexts(root);
  let id = setIdOf(texts);
  for (let tries = 0; tries < READINGS; tries += 1) {
    const again = await readShopTexts(root);
    const idAgain = setIdOf(again);
    if (idAgain === id) return { id, texts };
    texts = again;
    id = idAgain;
  }
  return { id, texts };
}

function watchFolder(folder: string, changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher;
  try {
    watcher = watch(folder, { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(changed, SETTLE_MS);
      timer.unref();
    });
  } catch {
    // Some disks cannot be watched; SIGHUP still makes the server look.
    return () => undefined;
  }
  watcher.on("error", () => watcher.close());
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
