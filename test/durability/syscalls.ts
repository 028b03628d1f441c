/** What a process asked of the system, as strace saw it: writes to the database's log, syncs of it, and acknowledgements. */

export type Seen =
  | { readonly kind: "log written"; readonly messages: readonly string[] }
  | { readonly kind: "log synced" }
  | { readonly kind: "acknowledged"; readonly message: string };

/** Files and sockets by name (`-y`), whole pages (`-s`), and what ended counts, in the order in which it ended. */
export const STRACE = [
  "strace",
  "-D",
  "-f",
  "-y",
  "-qq",
  "-s",
  "16384",
  "-e",
  "trace=write,writev,pwrite64,pwritev,sendto,sendmsg,fsync,fdatasync",
  "-e",
  "signal=none",
];

const MESSAGE = /traced-\d{3}/g;
const LOG = "aftersale.db-wal>";

/** Reads a trace of all threads: calls that another thread's line cuts in two are put together again. */
export function readTrace(text: string): Seen[] {
  const halves = new Map<string, string>();
  return text.split("\n").flatMap((line) => {
    const { thread = "", rest = "" } = /^(?<thread>\d+)\s+(?<rest>.*)$/.exec(line)?.groups ?? {};
    if (rest.endsWith("<unfinished ...>")) {
      halves.set(thread, rest.slice(0, -"<unfinished ...>".length));
      return [];
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)?.[1];
    return seenIn(resumed === undefined ? rest : `${halves.get(thread) ?? ""}${resumed}`);
  });
}

function seenIn(call: string): Seen[] {
  // What failed did nothing.
  if (/= -1 E/.test(call.slice(-120))) return [];
  const name = /^\w+/.exec(call)?.[0] ?? "";
  const isOfLog = call.slice(0, 400).includes(LOG);
  if (/^f(?:data)?sync$/.test(name)) return isOfLog ? [{ kind: "log synced" }] : [];
  if (isOfLog) return [{ kind: "log written", messages: call.match(MESSAGE) ?? [] }];
  return [...call.matchAll(/\\"stored\\":\\"(traced-\d{3})\\"/g)].map(([, message]) => ({
    kind: "acknowledged",
    message: message as string,
  }));
}

/** Every acknowledgement that left before its message was written and synced. Empty when the promise holds. */
export function brokenPromises(trace: readonly Seen[]): string[] {
  const written = new Set<string>();
  let unsynced = new Set<string>();
  let isSynced = true;
  const broken: string[] = [];
  for (const seen of trace) {
    if (seen.kind === "log written") {
      isSynced = false;
      for (const message of seen.messages) unsynced.add(message);
    } else if (seen.kind === "log synced") {
      isSynced = true;
      for (const message of unsynced) written.add(message);
      unsynced = new Set();
    } else if (!written.has(seen.message)) {
      broken.push(
        `${seen.message} was acknowledged before it was ${unsynced.has(seen.message) ? "synced" : "written"}`,
      );
    } else if (!isSynced) {
      broken.push(`${seen.message} was acknowledged between a write to the log and its sync`);
    }
  }
  return broken;
}
