/** One try of one HTTP request, over connections that cannot lead into a private network. The only file that knows undici. */
import { isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector, type Dispatcher } from "undici";
import { BlockedAddressError, isPrivateAddress, publicOnlyLookup } from "./addresses.js";
import { CallFailed } from "./failure.js";
import type { Timings } from "./timings.js";

export interface RawRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether the request may change something: then a lost answer means an unknown outcome. */
  readonly effect: boolean;
  /** Whether it must not be sent again by itself. */
  readonly once: boolean;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Transport {
  /** @throws {CallFailed} when no complete answer came; an error status is an answer */
  send(request: RawRequest, signal: AbortSignal): Promise<RawAnswer>;
  close(): Promise<void>;
}

export interface TransportOptions {
  readonly timings: Timings;
  /** For simulators on loopback. Everything else is public addresses only. */
  readonly allowPrivate: boolean;
  /** Name resolution, for tests. */
  readonly lookup?: LookupFunction;
}

export function createTransport({ timings, allowPrivate, lookup }: TransportOptions): Transport {
  const connect = buildConnector({
    timeout: timings.connectMs,
    ...(allowPrivate ? {} : { lookup: publicOnlyLookup(lookup) }),
  });
  const guarded: buildConnector.connector = (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, "");
    // A literal address is connected to without any look-up.
    if (!allowPrivate && isIP(host) !== 0 && isPrivateAddress(host))
      return callback(new BlockedAddressError(host), null);
    connect(options, callback);
  };
  const agent = new Agent({ connect: guarded, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  return {
    async send(request, signal) {
      try {
        const answer = await agent.request({
          origin: request.url.origin,
          path: request.url.pathname + request.url.search,
          method: request.method as Dispatcher.HttpMethod,
          headers: request.headers,
          body: request.body ?? null,
          signal,
        });
        return {
          status: answer.statusCode,
          headers: oneEach(answer.headers),
          text: await readCapped(answer, timings.maxBytes, request.effect),
        };
      } catch (error) {
        throw error instanceof CallFailed ? error : explain(error, request.effect, signal);
      }
    },
    close: () => agent.destroy(),
  };
}

async function readCapped(answer: Dispatcher.ResponseData, maxBytes: number, effect: boolean): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    bytes += (chunk as Buffer).length;
    // Leaving the loop destroys the stream and its connection: the rest is never read.
    if (bytes > maxBytes) throw new CallFailed("oversized", { outcomeUnknown: effect, vendorAtFault: true });
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Failures before any byte of the request was sent: an effect has certainly not happened. */
const NOTHING_SENT = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
]);

function explain(error: unknown, effect: boolean, signal: AbortSignal): CallFailed {
  const code = (error as { code?: unknown }).code;
  const name = error instanceof Error ? error.name : typeof error;
  if (error instanceof BlockedAddressError) return new CallFailed("blocked_address", { cause: error });
  if (signal.aborted) {
    const timedOut = signal.reason === TIMED_OUT;
    return new CallFailed(timedOut ? "timeout" : "gave_up", {
      outcomeUnknown: effect,
      retryable: timedOut,
      vendorAtFault: timedOut,
    });
  }
  const nothingSent = typeof code === "string" && (NOTHING_SENT.has(code) || /CERT|SSL|TLS/.test(code));
  return new CallFailed(code === "UND_ERR_CONNECT_TIMEOUT" ? "timeout" : "connection", {
    outcomeUnknown: effect && !nothingSent,
    untouched: nothingSent,
    retryable: true,
    vendorAtFault: true,
    cause: typeof code === "string" ? code : name,
  });
}

/** Abort reason that says: this try took too long, as opposed to the caller having given up. */
export const TIMED_OUT = Symbol("timed out");

function oneEach(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const single: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) single[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return single;
}
