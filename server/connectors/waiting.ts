/** Waiting that ends: by its own time, by the caller's, or by both. */
import { CallFailed } from "./failure.js";
import type { Timings } from "./timings.js";
import { TIMED_OUT } from "./transport.js";

/** Full jitter, but never less than the lower bound. */
export function backoff(tried: number, { backoffMinMs, backoffMaxMs }: Timings): number {
  const most = Math.min(backoffMaxMs, backoffMinMs * 2 ** tried);
  return backoffMinMs + Math.random() * Math.max(0, most - backoffMinMs);
}

/** Runs with a signal that fires after `ms` (reason: timed out) or when the outer one does. */
export async function within<T>(ms: number, outer: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>) {
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
export function orAborted<T>(work: Promise<T>, signal: AbortSignal, sent: () => boolean): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const giveUp = () => {
      if (!sent()) reject(new CallFailed(signal.reason === TIMED_OUT ? "too_busy" : "gave_up"));
    };
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  });
}

/** Rejects with `failed` when the signal fires first. */
export function sleep(ms: number, signal: AbortSignal, failed: CallFailed): Promise<void> {
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
