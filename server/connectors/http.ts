/**
 * Resilience, once for all vendors: time-outs, retries with jitter, a circuit breaker, a bulkhead, and a check of every
 * answer at the door. Reading calls are retried; calls with an effect only when the vendor certainly did not take them up,
 * and a lost answer is an unknown outcome for the effect journal to settle.
 */
import { readFileSync } from "node:fs";
import type { LookupFunction } from "node:net";
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  circuitBreaker,
  handleWhen,
  SamplingBreaker,
  TaskCancelledError,
} from "cockatiel";
import type { z } from "zod";
import { checkBaseUrl } from "./addresses.js";
import { CallFailed } from "./failure.js";
import { parseJson } from "./json.js";
import { DEFAULT_TIMINGS, type Timings } from "./timings.js";
import { createTransport, type RawAnswer, type RawRequest, TIMED_OUT } from "./transport.js";

export interface HttpOptions {
  readonly system: string;
  /** `https:` and public, unless `allowPrivate`. A path in it is kept in front of every request's path. */
  readonly baseUrl: string;
  /** Credentials, computed anew for each try (signatures carry a time and a nonce; tokens run out). */
  readonly authorize?: (request: {
    method: string;
    url: URL;
    body: string | undefined;
  }) => Record<string, string> | Promise<Record<string, string>>;
  readonly timings?: Partial<Timings> | undefined;
  /** Only for simulators: allows http and addresses that are not public. */
  readonly allowPrivate?: boolean | undefined;
  readonly clock?: { now(): number } | undefined;
  readonly lookup?: LookupFunction | undefined;
  /** Hears of every try, for metrics. Neither paths nor bodies: they hold personal data. */
  readonly observe?: ((attempt: Attempt) => void) | undefined;
}

export interface Attempt {
  readonly system: string;
  readonly tool: string;
  readonly ms: number;
  readonly status?: number;
  readonly failure?: string;
}

export interface Http {
  /** Begins one tool call: its deadline runs from here, over all its requests. */
  begin(caller: Caller): HttpCall;
  close(): Promise<void>;
}

export interface Caller {
  readonly tool: string;
  readonly capability: string;
  readonly signal?: AbortSignal | undefined;
  /** Other than the usual one, for background work. */
  readonly deadlineMs?: number;
}

export interface HttpCall {
  /** Whether the vendor was asked to change something. */
  readonly askedForEffect: boolean;
  /** @throws {CallFailed} */
  request<T = unknown>(request: HttpRequest<T>): Promise<HttpAnswer<T>>;
}

export interface HttpRequest<T> {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Begins with a slash; ids in it already escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Whether it may change something that counts; by default everything but GET. `staging` changes only what a later call
   * makes count (a cart, a draft): it is sent once too, but when its answer is lost nothing has happened.
   */
  readonly effect?: boolean | "staging";
  /** What a good answer (2xx) must look like. Where left out, its body is not looked at. */
  readonly schema?: z.ZodType<T>;
  /** Statuses below 400 besides 2xx that the connector reads itself. */
  readonly accept?: readonly number[];
  /** For vendors that put failures into a good answer: what it is then; it is retried and counted like any other. */
  readonly failureIn?: (text: string) => CallFailed | undefined;
}

/** A refusal (`ok: false`) is a 4xx that is neither about credentials nor about pace: the connector reads it. */
export type HttpAnswer<T> =
  | { readonly ok: true; readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: T }
  | {
      readonly ok: false;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      /** Parsed where it is JSON, else the text; undefined when empty. */
      readonly body: unknown;
    };

/** What one request's tries have in common. */
interface Rules {
  readonly accept: readonly number[];
  readonly failureIn: HttpRequest<unknown>["failureIn"];
  readonly tool: string;
  readonly signal: AbortSignal;
  readonly until: number;
}

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

export function createHttp(options: HttpOptions): Http {
  const timings: Timings = { ...DEFAULT_TIMINGS, ...options.timings };
  const allowPrivate = options.allowPrivate ?? false;
  const clock = options.clock ?? { now: () => Date.now() };
  const badBaseUrl = checkBaseUrl(options.baseUrl, allowPrivate);
  const transport = createTransport({
    timings,
    allowPrivate,
    ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
  });
  const slots = bulkhead(timings.inFlight, timings.queue);
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof CallFailed && error.vendorAtFault),
    {
      halfOpenAfter: timings.breakerOpenMs,
      breaker: new SamplingBreaker({
        threshold: 0.5,
        duration: timings.breakerWindowMs,
        minimumRps: timings.breakerCalls / (timings.breakerWindowMs / 1_000),
      }),
    },
  );
  const budget = createRetryBudget();

  /** One try: waits for a slot, asks the breaker, sends, and refuses what is no answer. */
  async function attempt(request: RawRequest, { accept, tool, failureIn, signal: outer }: Rules): Promise<RawAnswer> {
    const started = performance.now();
    const note = (what: { status?: number; failure?: string }) =>
      options.observe?.({ system: options.system, tool, ms: performance.now() - started, ...what });
    let sent = false;
    try {
      const inSlot = slots.execute(
        () =>
          breaker.execute(() => {
            sent = true;
            return within(request.once ? timings.writeMs : timings.readMs, outer, async (signal) => {
              const credentials = await options.authorize?.({ ...request, body: request.body });
              const headers = { ...request.headers, ...credentials };
              const answer = await transport.send({ ...request, headers }, signal);
              note({ status: answer.status });
              refuseNonAnswers(answer, accept, request.effect, clock.now());
              const hidden = answer.status < 300 ? failureIn?.(answer.text) : undefined;
              if (hidden !== undefined) throw hidden;
              return answer;
            });
          }),
        outer,
      );
      return await orAborted(inSlot, outer, () => sent);
    } catch (error) {
      const failed = asFailure(error, timings);
      note({ failure: failed.reason });
      throw failed;
    }
  }

  async function attemptRepeatedly(request: RawRequest, rules: Rules): Promise<RawAnswer> {
    budget.earn();
    for (let tried = 1; ; tried++) {
      try {
        return await attempt(request, rules);
      } catch (error) {
        const failed = error as CallFailed;
        const again = request.once ? failed.untouched : failed.retryable;
        if (!again || tried >= timings.tries) throw failed;
        const wait = failed.retryAfterMs ?? backoff(tried, timings);
        const inTime = wait <= timings.retryAfterMaxMs && performance.now() + wait < rules.until;
        if (!inTime || !budget.spend()) throw failed;
        await sleep(wait, rules.signal, failed);
      }
    }
  }

  return {
    begin({ tool, capability, signal, deadlineMs }) {
      const until = performance.now() + (deadlineMs ?? timings.deadlineMs);
      const userAgent = `Aftersale/${version} (${tool}; ${capability})`;
      let askedForEffect = false;
      return {
        get askedForEffect() {
          return askedForEffect;
        },
        async request<T>(wish: HttpRequest<T>): Promise<HttpAnswer<T>> {
          if (badBaseUrl !== undefined) throw new CallFailed("bad_base_url", { cause: badBaseUrl });
          const method = wish.method ?? "GET";
          const effect = (wish.effect ?? method !== "GET") === true;
          const once = effect || wish.effect === "staging";
          askedForEffect ||= effect;
          const raw: RawRequest = {
            method,
            url: buildUrl(options.baseUrl, wish),
            headers: {
              accept: "application/json",
              "user-agent": userAgent,
              ...(wish.json === undefined ? {} : { "content-type": "application/json" }),
              ...wish.headers,
            },
            ...(wish.json === undefined ? {} : { body: JSON.stringify(wish.json) }),
            effect,
            once,
          };
          const send = (all: AbortSignal) =>
            attemptRepeatedly(raw, { accept: wish.accept ?? [], failureIn: wish.failureIn, tool, signal: all, until });
          // The deadline is for reading. Giving up on a change half way would make its outcome unknown, so a change has
          // its own, longer time, and only the caller can end it sooner.
          const answer = once
            ? await send(signal ?? new AbortController().signal)
            : await within(Math.max(1, until - performance.now()), signal, send);
          return readAnswer(answer, wish, timings, effect);
        },
      };
    },
    close: () => transport.close(),
  };
}

function buildUrl(baseUrl: string, { path, query = {} }: Pick<HttpRequest<unknown>, "path" | "query">): URL {
  const url = new URL(baseUrl);
  url.pathname = url.pathname.replace(/\/$/, "") + path;
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const each of value) url.searchParams.append(name, String(each));
    else url.searchParams.set(name, String(value));
  }
  return url;
}

function refuseNonAnswers(answer: RawAnswer, accept: readonly number[], effect: boolean, now: number): void {
  const { status, headers } = answer;
  if ((status >= 200 && status < 300) || accept.includes(status)) return;
  if (status < 400) throw new CallFailed("redirect");
  if (status === 401 || status === 403) throw new CallFailed("auth");
  const wait = parseRetryAfter(headers["retry-after"], now);
  const waiting = wait === undefined ? {} : { retryAfterMs: wait };
  if (status === 429) throw new CallFailed("rate_limited", { retryable: true, untouched: true, ...waiting });
  if (status >= 500) {
    throw new CallFailed("vendor_error", {
      // 503 says that the request was not taken up; after any other 5xx an effect may have happened.
      outcomeUnknown: effect && status !== 503,
      untouched: status === 503,
      retryable: [500, 502, 503, 504].includes(status),
      vendorAtFault: true,
      ...waiting,
    });
  }
  if (status === 408 || status === 425) throw new CallFailed("timeout", { outcomeUnknown: effect && status === 408 });
}

function readAnswer<T>(
  { status, headers, text }: RawAnswer,
  { schema }: HttpRequest<T>,
  timings: Timings,
  effect: boolean,
): HttpAnswer<T> {
  if (status >= 300) return { ok: false, status, headers, body: lenient(text, timings.maxDepth) };
  if (schema === undefined) return { ok: true, status, headers, body: undefined as T };
  try {
    const parsed = schema.safeParse(text === "" ? undefined : parseJson(text, timings.maxDepth));
    if (parsed.success) return { ok: true, status, headers, body: parsed.data };
    // Only the places: the values may be personal.
    const places = parsed.error.issues.map(({ path }) => path.join(".")).join(", ");
    throw new CallFailed("malformed", { cause: places });
  } catch (error) {
    // The vendor said yes to an effect in words that we cannot read: it may well have happened.
    throw new CallFailed("malformed", { outcomeUnknown: effect, cause: (error as Error).cause });
  }
}

function lenient(text: string, maxDepth: number): unknown {
  if (text === "") return undefined;
  try {
    return parseJson(text, maxDepth);
  } catch {
    return text;
  }
}

/** Seconds or an HTTP date (RFC 9110), as milliseconds from now. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, Math.round(ms)) : undefined;
}

function asFailure(error: unknown, timings: Timings): CallFailed {
  if (error instanceof CallFailed) return error;
  if (error instanceof BrokenCircuitError) {
    return new CallFailed("circuit_open", { retryAfterMs: timings.breakerOpenMs });
  }
  if (error instanceof BulkheadRejectedError) return new CallFailed("too_busy");
  if (error instanceof TaskCancelledError) return new CallFailed("gave_up");
  return new CallFailed("internal", { cause: error });
}

/** Full jitter, but never less than the lower bound. */
function backoff(tried: number, { backoffMinMs, backoffMaxMs }: Timings): number {
  const most = Math.min(backoffMaxMs, backoffMinMs * 2 ** tried);
  return backoffMinMs + Math.random() * Math.max(0, most - backoffMinMs);
}

/** Retries may add a tenth to the calls of a connector, with ten in hand: an outage must not be met with three times the load. */
function createRetryBudget(): { earn(): void; spend(): boolean } {
  let tokens = 10;
  return {
    earn: () => {
      tokens = Math.min(10, tokens + 0.1);
    },
    spend: () => {
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

/** Runs with a signal that fires after `ms` (reason: timed out) or when the outer one does. */
async function within<T>(ms: number, outer: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>) {
  const inner = new AbortController();
  const timer = setTimeout(() => inner.abort(TIMED_OUT), ms);
  const pass = () => inner.abort(outer?.reason);
  if (outer?.aborted === true) pass();
  outer?.addEventListener("abort", pass, { once: true });
  try {
    return await run(inner.signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", pass);
  }
}

/** A call that still waits for its slot ends when its time is up; one that was sent hears of it by its own signal. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal, sent: () => boolean): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const giveUp = () => {
      if (!sent()) reject(new CallFailed(signal.reason === TIMED_OUT ? "too_busy" : "gave_up"));
    };
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  });
}

function sleep(ms: number, signal: AbortSignal, failed: CallFailed): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(failed);
    const end = () => {
      clearTimeout(timer);
      reject(failed);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", end);
      resolve();
    }, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
