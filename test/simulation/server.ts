/**
 * One life of the server process: the real rooms, from the gateway's socket to the journal, with every door to the
 * outside (time, chance, disk, vendors, network) in the simulation's hands. When it dies, whatever it was waiting for never
 * comes: only what had gone through a door is left, as with a real process.
 */
import { type Conversations, createConversations } from "../../server/conversation/index.js";
import { defaultGatewayLimits } from "../../server/gateway/limits.js";
import { rateLimit } from "../../server/gateway/rate-limit.js";
import { englishRefusals } from "../../server/gateway/refusals.js";
import { type ShopperSocket, serveShopper } from "../../server/gateway/shopper-socket.js";
import { createIdentity, type Identity } from "../../server/identity/index.js";
import type { Ports } from "../../server/ports/index.js";
import { eraseCustomer } from "../../server/privacy/index.js";
import type { ShopFiles } from "../../server/shop-files.js";
import { publishFileSet, type Store } from "../../server/store/index.js";
import { buildCatalogue, createTools } from "../../server/tools/index.js";
import { understand } from "../../server/understanding/index.js";
import type { Disk } from "./disk.js";
import type { Engine } from "./engine.js";
import type { Lots } from "./lots.js";
import { byHeart, SHOP } from "./shop.js";
import type { Asker, Vendors } from "./vendors.js";

export interface ServerParts {
  readonly engine: Engine;
  readonly lots: Lots;
  readonly disk: Disk;
  readonly vendors: Vendors;
  readonly files: { readonly id: string; readonly files: ShopFiles };
  /** Which set of files was in force when it started. */
  readonly inForce: string;
  /** Ids are unique over all lives. */
  readonly newId: () => string;
  /** Whether the process dies at this point. */
  readonly dies: (point: string, what: string) => boolean;
  readonly died: () => void;
  /** Whether commits are told apart (`utterance`, `intent`, `sending`, `settled`, `turn`, `reload`, `erase`); it costs a few queries each. */
  readonly namesCommits: boolean;
  readonly complained: (message: string, error: unknown) => void;
}

const SECRET = Buffer.alloc(32, 7);
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

type Work = Parameters<Store["write"]>[0];

export class Server implements Asker {
  alive = true;
  readonly identity: Identity;
  readonly conversations: Conversations;
  private readonly store: Store;
  private inForce: string;
  private readonly asked: Asked[] = [];
  private readonly gateway;

  constructor(private readonly parts: ServerParts) {
    const { engine, lots, vendors, files, newId, complained } = parts;
    const ports: Ports = {
      clock: {
        now: () => engine.wall,
        after: (ms, callback) =>
          engine.after(ms, "a timer", () => {
            if (this.alive) callback();
          }),
        pause: (ms) => this.later(ms, "a pause ends"),
      },
      newId,
      newDigits: (count) => String(lots.between(0, 10 ** count - 1)).padStart(count, "0"),
    };
    const store = this.openStore();
    const connectors = vendors.connectorsFor(this);
    const catalogue = buildCatalogue(connectors, SHOP);
    const { macros, policies, decide } = files.files;
    this.inForce = parts.inForce;
    this.store = store;
    this.identity = createIdentity({ ports, secret: SECRET, shop: { botId: "simulation", name: SHOP.name } });
    const log = ({ level, message, error }: { level: string; message: string; error?: unknown }): void => {
      if (level !== "info") complained(message, error);
    };
    this.conversations = createConversations({
      store,
      ports,
      log,
      files: async (wanted) => ({ id: wanted ?? this.inForce, dialogue: { policies, decide }, macros }),
      tools: createTools({ catalogue, store, identity: this.identity, ports, limits: SHOP.limits }),
      understand: (input, context) => understand(input, context, byHeart),
      joinPauseMs: SHOP.joinPauseMs,
      timeZone: SHOP.timeZone,
      ...(SHOP.orderNumberPattern !== undefined && { orderNumberPattern: SHOP.orderNumberPattern }),
    });
    this.gateway = {
      conversations: this.conversations,
      identity: this.identity,
      clock: ports.clock,
      limits: defaultGatewayLimits,
      perConversation: rateLimit(defaultGatewayLimits.conversationBurst, defaultGatewayLimits.conversationEveryMs),
      perNetwork: rateLimit(defaultGatewayLimits.networkBurst, defaultGatewayLimits.networkEveryMs),
      words: englishRefusals,
      log,
      during: () => undefined,
    };
  }

  /** A changed set of the merchant's files goes live. */
  async reload(id: string): Promise<void> {
    const texts = { ...this.parts.files.files.texts };
    await this.store.write((tx) => publishFileSet(tx, { id, at: this.parts.engine.wall, texts }));
    this.inForce = id;
  }

  /** Forgets a customer, as the command does beside a running server. */
  async erase(email: string): Promise<void> {
    const { store, identity } = this;
    await eraseCustomer({ store, identity, now: () => this.parts.engine.wall, by: "simulation" }, email);
  }

  /** Serves a client that has joined. */
  serve(socket: ShopperSocket): void {
    serveShopper(socket, this.gateway as Parameters<typeof serveShopper>[1]);
  }

  crossing(point: string, what: string): boolean {
    if (!this.alive) return false;
    if (!this.parts.dies(point, what)) return true;
    this.die(`${point} (${what})`);
    return false;
  }

  die(where: string): void {
    if (!this.alive) return;
    this.alive = false;
    this.parts.engine.log(() => `CRASH ${where}`);
    this.parts.vendors.cutOff(this);
    this.parts.died();
  }

  private later<T = void>(ms: number, what: string, value?: T): Promise<T> {
    if (!this.alive) return never();
    return new Promise<T>((resolve) => {
      this.parts.engine.after(ms, what, () => {
        if (this.alive) resolve(value as T);
      });
    });
  }

  /** The real store behind a door at which the process can die: before a commit, and between the commit and its news. */
  private openStore(): Store {
    const { engine, disk, lots } = this.parts;
    return {
      // What only several nodes need stays the real store's.
      ...disk.store,
      // Real time, and only about bytes that are no longer rows.
      scrub: async () => true,
      close: async () => undefined,
      listen: () => () => undefined,
      write: (work) => {
        if (!this.alive) return never();
        return new Promise((resolve, reject) => {
          this.asked.push({ work, resolve: resolve as (value: never) => void, reject });
          if (this.asked.length === 1) engine.after(lots.between(0, 4), "a commit", () => this.flush());
        });
      },
      read: (work) => {
        if (!this.alive) return never();
        const reading = engine.during(() => disk.store.read(work));
        return new Promise((resolve, reject) => {
          const hear = (tell: () => void): void => {
            engine.after(lots.between(0, 1), "a reading", () => {
              if (this.alive) tell();
            });
          };
          reading.then(
            (value) => hear(() => resolve(value)),
            (error: unknown) => hear(() => reject(error)),
          );
        });
      },
    };
  }

  /** All that was asked for since the last one, in one commit. */
  private flush(): void {
    if (!this.crossing("before commit", "")) return;
    for (const asked of this.asked.splice(0)) {
      if (this.parts.namesCommits) this.commitByName(asked);
      else this.commit(asked, () => "");
    }
  }

  private commit({ work, resolve, reject }: Asked, name: () => string): void {
    const { engine, disk, lots } = this.parts;
    const hear = (tell: () => void): void => {
      engine.after(lots.between(0, 2), "a commit is done", () => {
        if (this.alive && this.crossing("after commit", name())) tell();
      });
    };
    engine
      .during(() => disk.store.write(work))
      .then(
        (value) => hear(() => resolve(value as never)),
        (error: unknown) => hear(() => reject(error)),
      );
  }

  /** What a commit is about is known once its work is done: dying then, in the middle of it, takes all of it back. */
  private commitByName(asked: Asked): void {
    let name = "";
    const work: Work = async (tx) => {
      const before = await countsOf(tx);
      const value = await asked.work(tx);
      name = nameOf(before, await countsOf(tx));
      if (!this.crossing("in commit", name)) throw new Error("the process has died in mid-commit");
      return value;
    };
    this.commit({ ...asked, work }, () => name);
  }
}

type Asked = {
  readonly work: Work;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
};
type Counts = Readonly<Record<string, number>>;

/** How many of each thing there are; what has grown is what a commit was about. */
async function countsOf(tx: Parameters<Work>[0]): Promise<Counts> {
  const effects = await tx.selectFrom("effect").select("status").execute();
  const utterances = await tx.selectFrom("entry").select("seq").where("from_who", "=", "shopper").execute();
  const conversations = await tx.selectFrom("conversation").select("turn").execute();
  const sets = await tx.selectFrom("file_set").select("id").execute();
  const erasures = await tx.selectFrom("audit").select("n").where("kind", "=", "erase").execute();
  const settled = effects.filter(({ status }) => !["intended", "sending"].includes(status)).length;
  return {
    reload: sets.length,
    erase: erasures.length,
    settled,
    sending: effects.filter(({ status }) => status === "sending").length,
    intent: effects.length,
    turn: conversations.reduce((sum, { turn }) => sum + Number(turn), 0),
    utterance: utterances.length,
  };
}

function nameOf(before: Counts, after: Counts): string {
  return Object.keys(after).find((name) => (after[name] ?? 0) > (before[name] ?? 0)) ?? "other";
}
