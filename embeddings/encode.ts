import { Worker } from "node:worker_threads";
import { EncoderBusyError, EncoderClosedError, EncoderFailedError } from "./errors.js";
import type { Log } from "./log.js";
import { checkModelFiles, DEFAULT_MODEL_DIR, readWords } from "./model-files.js";
import { VectorCache } from "./vector-cache.js";

/** Longer texts are cut here: tokenising a megabyte takes a second, and the model reads 256 word pieces at most. */
const MAX_CHARACTERS = 2_000;
const DEFAULT_MAX_WAITING = 256;
/** 384 numbers of 4 bytes each: 3 MB. */
const CACHED_VECTORS = 2_000;

export interface Encoder {
  /** Model, checksum of its files and version of the runtime: vectors of different ids must not be mixed. */
  readonly id: string;
  /** Numbers in a vector. */
  readonly dimension: number;
  /**
   * The vector of one text: length 1, so that the product of two is their cosine. The same text always has the same
   * vector. Do not change the array: it is shared.
   *
   * @throws {EncoderBusyError} too many texts are waiting
   * @throws {EncoderFailedError} the text stopped the encoder twice
   */
  embed(text: string): Promise<Float32Array>;
  /** Whether the encoder's vocabulary has this word as a whole, in lower case. */
  knowsWord(word: string): boolean;
  close(): Promise<void>;
}

export interface EncoderOptions {
  /** Folder of the model; default: the one in `embeddings/model/`. */
  readonly modelDir?: string;
  /** How many texts may wait before more are refused; default 256. */
  readonly maxWaiting?: number;
  readonly log?: Log;
  /** Told of each worker thread, the first and any that replaces it. For supervision. */
  readonly onWorker?: (worker: Worker) => void;
}

/**
 * Loads the sentence encoder from disk into its worker thread (about 0.4 s). Nothing is ever fetched.
 *
 * @throws {ModelFileMissingError | ModelFileDamagedError} naming the file and the fix
 * @throws {EncoderFailedError} the runtime refuses the model
 */
export async function openEncoder(options: EncoderOptions = {}): Promise<Encoder> {
  const modelDir = options.modelDir ?? DEFAULT_MODEL_DIR;
  const files = await checkModelFiles(modelDir);
  const thread = new EncoderThread(modelDir, options);
  const { runtime, dimension } = await thread.start();
  const cache = new VectorCache(CACHED_VECTORS);
  const words = await readWords(modelDir);
  return {
    id: `${files.name}@${files.checksum}/${runtime}`,
    dimension,
    embed: async (text) => {
      const key = readable(text);
      const known = cache.get(key);
      if (known !== undefined) return known;
      const vector = await thread.encode(key);
      cache.set(key, vector);
      return vector;
    },
    knowsWord: (word) => words.has(word),
    close: () => thread.stop(),
  };
}

/** What the encoder reads of a text. Halves of a character that was cut in two would make the tokeniser throw. */
function readable(text: string): string {
  return text.slice(0, MAX_CHARACTERS).replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** To the worker thread. */
interface EncodeRequest {
  readonly id: number;
  readonly text: string;
}

/** From the worker thread; `failed` without an `id` means that the model could not be loaded. */
type EncodeMessage =
  | { readonly kind: "ready"; readonly runtime: string; readonly dimension: number }
  | { readonly kind: "vector"; readonly id: number; readonly vector: Float32Array }
  | { readonly kind: "failed"; readonly id?: number; readonly reason: string };

interface Job extends EncodeRequest {
  readonly resolve: (vector: Float32Array) => void;
  readonly reject: (error: Error) => void;
  /** How many workers ended while they had this text. */
  crashes: number;
}

interface Ready {
  readonly runtime: string;
  readonly dimension: number;
}

/** One worker at a time, one text at a time, in order. A worker that ends is replaced; its text is tried once more. */
class EncoderThread {
  private worker: Worker | undefined;
  private ready = false;
  private closed = false;
  private lastId = 0;
  private current: Job | undefined;
  private readonly queue: Job[] = [];

  constructor(
    private readonly modelDir: string,
    private readonly options: EncoderOptions,
  ) {}

  start(): Promise<Ready> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL("./encode-worker.mjs", import.meta.url), {
        workerData: { modelDir: this.modelDir },
        execArgv: [],
        // What a text leaves behind is little; left alone, the young generation alone would grow to three times this.
        resourceLimits: { maxYoungGenerationSizeMb: 6 },
      });
      this.worker = worker;
      let why = "its thread ended";
      worker.on("message", (message: EncodeMessage) => {
        if (message.kind === "ready") {
          this.ready = true;
          resolve(message);
          this.next();
        } else if (message.kind === "failed" && message.id === undefined) {
          why = message.reason;
          void worker.terminate();
        } else {
          this.settle(message);
        }
      });
      worker.on("error", (error) => {
        why = error.message;
      });
      worker.on("exit", () => {
        if (this.worker !== worker) return;
        const started = this.ready;
        this.worker = undefined;
        this.ready = false;
        reject(new EncoderFailedError(why));
        if (!this.closed) this.recover(started, why);
      });
      this.options.onWorker?.(worker);
    });
  }

  encode(text: string): Promise<Float32Array> {
    if (this.closed) return Promise.reject(new EncoderClosedError());
    const waiting = this.queue.length;
    if (waiting >= (this.options.maxWaiting ?? DEFAULT_MAX_WAITING))
      return Promise.reject(new EncoderBusyError(waiting));
    return new Promise((resolve, reject) => {
      this.lastId += 1;
      this.queue.push({ id: this.lastId, text, resolve, reject, crashes: 0 });
      if (this.worker === undefined) this.restart();
      else this.next();
    });
  }

  async stop(): Promise<void> {
    this.closed = true;
    this.failAll(new EncoderClosedError());
    await this.worker?.terminate();
  }

  private next(): void {
    if (!this.ready || this.worker === undefined || this.current !== undefined) return;
    this.current = this.queue.shift();
    if (this.current === undefined) {
      // An idle encoder does not keep the process alive.
      this.worker.unref();
      return;
    }
    this.worker.ref();
    this.worker.postMessage({ id: this.current.id, text: this.current.text } satisfies EncodeRequest);
  }

  private settle(message: Exclude<EncodeMessage, { kind: "ready" }>): void {
    const job = this.current;
    if (job === undefined || job.id !== message.id) return;
    this.current = undefined;
    if (message.kind === "vector") job.resolve(message.vector);
    else job.reject(new EncoderFailedError(message.reason));
    this.next();
  }

  /** The worker ended by itself. If it had been working, start another; if it cannot even start, give up for now. */
  private recover(hadStarted: boolean, why: string): void {
    this.options.log?.warn({ why }, "the encoder's thread ended");
    const job = this.current;
    this.current = undefined;
    if (job !== undefined) {
      job.crashes += 1;
      if (job.crashes > 1) job.reject(new EncoderFailedError(why));
      else this.queue.unshift(job);
    }
    if (hadStarted) this.restart();
    else this.failAll(new EncoderFailedError(why));
  }

  private restart(): void {
    // Who waits is told by recover(), which also runs when the start fails.
    this.start().catch(() => {});
  }

  private failAll(error: Error): void {
    for (const job of this.queue.splice(0)) job.reject(error);
    this.current?.reject(error);
    this.current = undefined;
  }
}
