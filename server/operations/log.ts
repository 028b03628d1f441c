/**
 * Lines of JSON, one an event, for whatever collects them. No line holds what a shopper wrote, who they are, or a secret:
 * events are told with ids, codes and figures, and errors lose their quotes on the way (`without-personal-data.ts`).
 */
import pino, { type DestinationStream } from "pino";
import { withoutPersonalData } from "./without-personal-data.js";

export interface LogOptions {
  /** What is left out: everything below it. `debug` has a line for each turn, with its times. */
  readonly level: "debug" | "info" | "warn" | "error";
  /** Default: standard output. */
  readonly to?: DestinationStream;
}

export type LogLine = {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly [field: string]: unknown;
};

/** Fields that may be told; of any other that somebody hands in only the name is (`untold`), never the value. */
const TOLD = new Set([
  "conversation",
  "turn",
  "request",
  "mail",
  "code",
  "ms",
  "parts",
  "part",
  "system",
  "state",
  "signal",
  "count",
  "set",
  "url",
  "node",
  // Of the merchant's own files.
  "problems",
]);

export function createLog({ level, to }: LogOptions): (line: LogLine) => void {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    to ?? pino.destination(1),
  );
  return ({ level: at, message, error, ...fields }) => {
    if (!logger.isLevelEnabled(at)) return;
    const told = Object.entries(fields).filter(([name]) => TOLD.has(name));
    const untold = Object.keys(fields).filter((name) => !TOLD.has(name));
    logger[at](
      {
        ...Object.fromEntries(told),
        ...(untold.length > 0 && { untold }),
        ...(error !== undefined && { error: withoutPersonalData(error) }),
      },
      message,
    );
  };
}
