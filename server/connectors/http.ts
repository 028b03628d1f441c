/**
 * Resilience, once for all vendors: time-outs, retries with jitter, a circuit breaker, a bulkhead, and a check of every
 * answer at the door. Reading calls are retried; calls with an effect only when the vendor certainly did not take them up,
 * and a lost answer is an unknown outcome for the effect journal to settle.
 */
import { channel } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import type { LookupFunction } from "node:net";
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  circuitBreaker,
  handleWhen,
  SamplingBreaker,
  TaskCancelledError,
} from "cockatiel";
import type { z } from "zod";
import { checkBaseUrl } from "./addresses.js";
import { CallFailed } from "./failure.js";
import { type HttpAnswer, readAnswer, refuseNonAnswers } from "./http-answers.js";
import { createRetryBudget } from "./rate-budget.js";
import { DEFAULT_TIMINGS, type Timings } from "./timings.js";
import { createTransport, type RawAnswer, type RawRequest } from "./transport.js";
import { backoff, orAborted, sleep, within } from "./waiting.js";

export type { HttpAnswer } from "./http-answers.js";

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

/** What is told on `CALLS_CHANNEL`: every try of every connector, and each change of a breaker. */
export type ConnectorSaid =
  | ({ readonly kind: "attempt" } & Attempt)
  /** `breaker` tells two breakers of one system apart; `gone` when the connector was closed. */
  | {
      readonly kind: "breaker";
      readonly breaker: object;
      readonly system: string;
      readonly state: "closed" | "half_open" | "open" | "gone";
    };

/** Node's own way of telling whoever measures, without handing a measure through every connector. */
export const CALLS_CHANNEL = "aftersale:connector";
const toldToAll = channel(CALLS_CHANNEL);

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
  const tellBreaker = (state: Extract<ConnectorSaid, { kind: "breaker" }>["state"]): void =>
    toldToAll.publish({ kind: "breaker", breaker, system: options.system, state } satisfies ConnectorSaid);
  tellBreaker("closed");
  breaker.onStateChange((state) => {
    if (state === CircuitState.Open) tellBreaker("open");
    else tellBreaker(state === CircuitState.HalfOpen ? "half_open" : "closed");
  });

  /** One try: waits for a slot, asks the breaker, sends, and refuses what is no answer. */
  async function attempt(request: RawRequest, { accept, tool, failureIn, signal: outer }: Rules): Promise<RawAnswer> {
    const started = performance.now();
    const note = (what: { status?: number; failure?: string }): void => {
      const attempt: Attempt = { system: options.system, tool, ms: performance.now() - started, ...what };
      options.observe?.(attempt);
      toldToAll.publish({ kind: "attempt", ...attempt } satisfies ConnectorSaid);
    };
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
          return readAnswer(answer, { schema: wish.schema, maxDepth: timings.maxDepth, effect });
        },
      };
    },
    close: () => {
      tellBreaker("gone");
      return transport.close();
    },
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

function asFailure(error: unknown, timings: Timings): CallFailed {
  if (error instanceof CallFailed) return error;
  if (error instanceof BrokenCircuitError) {
    return new CallFailed("circuit_open", { retryAfterMs: timings.breakerOpenMs });
  }
  if (error instanceof BulkheadRejectedError) return new CallFailed("too_busy");
  if (error instanceof TaskCancelledError) return new CallFailed("gave_up");
  return new CallFailed("internal", { cause: error });
}
