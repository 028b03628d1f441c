/**
 * The doors to time, chance and identity of things. Everything that could differ between two runs of the same
 * conversation comes through here, so that a test, a replay or `aftersale converse` can hand in its own.
 */
import { randomBytes } from "node:crypto";

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Calls back once, `afterMs` from now; the returned function takes it back. */
  after(afterMs: number, callback: () => void): () => void;
  /**
   * Waits for the sake of people (joining messages, typing dots). A make-believe clock answers at once;
   * nothing that correctness rests on may use it.
   */
  pause(ms: number): Promise<void>;
}

export interface Ports {
  readonly clock: Clock;
  /** A new unguessable id: 22 URL-safe characters, 128 bits. */
  newId(): string;
  /** `count` decimal digits, each equally likely. For one-time codes. */
  newDigits(count: number): string;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (afterMs, callback) => {
    const timer = setTimeout(callback, afterMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

export const systemPorts: Ports = {
  clock: systemClock,
  newId: () => randomBytes(16).toString("base64url"),
  newDigits: (count) => {
    let digits = "";
    while (digits.length < count) {
      // 250 is the largest multiple of ten in a byte; higher ones would favour the digits 0 to 5.
      for (const byte of randomBytes(count * 2)) if (byte < 250 && digits.length < count) digits += byte % 10;
    }
    return digits;
  },
};
