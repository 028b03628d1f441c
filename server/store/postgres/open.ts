import { migrate } from "../migrations.js";
import { setShared } from "../shared.js";
import type { Store, StoreOptions } from "../store.js";
import { parsePostgresAddress } from "./address.js";
import { CLAIM_TIMES, Claims } from "./claims.js";
import { connectTo } from "./connections.js";
import { translatePostgresError } from "./errors.js";
import { News } from "./news.js";
import { Transactions } from "./transactions.js";

/** The store for several nodes at once, each of which can go on with every conversation. */
export async function openPostgresStore({ url, log, onCommit, claims: times }: StoreOptions): Promise<Store> {
  const address = parsePostgresAddress(url);
  const translate = (error: unknown): unknown => translatePostgresError(error, address.place);
  const connections = connectTo(address, () =>
    log?.({ level: "warn", message: "a connection to the database broke and is replaced" }),
  );
  const { writer, reader, side } = connections;
  const claims = new Claims(side, { ...CLAIM_TIMES, ...times }, translate, log);
  try {
    await migrate(writer, address.place);
    await claims.begin();
  } catch (error) {
    await connections.close().catch(() => {});
    throw translate(error);
  }
  const listeners = new Set<(topics: ReadonlySet<string>) => void>();
  const elsewhere = new Set<(conversations: ReadonlySet<string> | "all") => void>();
  const tellHere = (topics: ReadonlySet<string>): void => {
    for (const listener of listeners) listener(topics);
  };
  const news = new News(claims.node, side, address, {
    changed: (conversations) => {
      for (const listener of elsewhere) listener(conversations);
    },
    announced: tellHere,
  });
  const transactions = new Transactions({
    writer,
    reader,
    translate,
    guard: () => claims.guard(),
    committed: ({ topics, changed }) => {
      if (topics.size > 0) tellHere(topics);
      news.tell(changed, topics);
    },
    onCommit,
    log,
  });
  let closing: Promise<void> | undefined;
  log?.({
    level: "info",
    message: `store open at ${address.place}, every commit synced to disk; this node is ${claims.node}`,
  });

  return {
    isShared: true,
    write: (work, { conversation } = {}) => transactions.write(work, conversation),
    read: (work) => transactions.read(work),
    check: () => transactions.write((tx) => setShared(tx, `probe ${claims.node}`, String(Date.now()))),
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    hold: (subject, work) => claims.hold(subject, work),
    holdIfFree: (subject, work) => claims.holdIfFree(subject, work),
    requireHold: () => claims.requireHold(),
    stranded: () => claims.stranded(),
    onElsewhere: (listener) => {
      elsewhere.add(listener);
      return () => void elsewhere.delete(listener);
    },
    close: ({ drain = true } = {}) => {
      closing ??= (async () => {
        await transactions.close(drain);
        await news.close();
        if (drain) await claims.close().catch(() => {});
        else claims.abandon();
        await connections.close();
      })();
      return closing;
    },
  };
}
