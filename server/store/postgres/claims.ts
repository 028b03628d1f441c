/**
 * Which node works on what. A claim stands while its node's heartbeat does; whoever takes it over gives it a higher number,
 * the fence: what the former holder writes from then on is refused. Times are the database's, so that the nodes' clocks
 * need not agree.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { StoreLog } from "../database.js";
import { ClaimLost } from "../errors.js";
import { storeClosed } from "../group-commit.js";
import type { Tables, Tx } from "../tables.js";

export interface ClaimTimes {
  /** A node that was not heard of for so long is taken for dead. */
  readonly leaseMs: number;
  readonly beatMs: number;
}

/** A kill is made good within lease + two looks round (`server/conversation/rescue.ts`); a stall of less goes unnoticed. */
export const CLAIM_TIMES: ClaimTimes = { leaseMs: 3_000, beatMs: 800 };

interface Held {
  readonly subject: string;
  readonly fence: number;
}

const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 200;
/** So much later the rows of a dead node are swept away. */
const SWEEP_MS = 60_000;

const nowMs: RawBuilder<number> = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

export class Claims {
  readonly node = randomBytes(9).toString("base64url");
  /** What the code that is running now holds. */
  readonly #held = new AsyncLocalStorage<readonly Held[]>();
  #beating: NodeJS.Timeout | undefined;
  #beat: Promise<void> | undefined;
  #closed = false;
  #swept = 0;
  /** When the last heartbeat that arrived was sent, by this process's own clock, which no stall stops. */
  #heardAt = 0;

  constructor(
    private readonly db: Kysely<Tables>,
    private readonly times: ClaimTimes,
    private readonly translate: (error: unknown) => unknown,
    private readonly log: StoreLog | undefined,
  ) {}

  async begin(): Promise<void> {
    await this.#sayAlive();
    this.#beating = setInterval(() => {
      this.#beat ??= this.#sayAlive()
        .catch(() =>
          this.log?.({
            level: "warn",
            message: "this node could not say that it is alive; others may go on with its conversations",
          }),
        )
        .finally(() => {
          this.#beat = undefined;
        });
    }, this.times.beatMs).unref();
  }

  async hold<T>(subject: string, work: () => Promise<T>): Promise<T> {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 1.5, LONGEST_WAIT_MS)) {
      const got = await this.holdIfFree(subject, work);
      if (got !== undefined) return got.value;
      await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random())));
    }
  }

  async holdIfFree<T>(subject: string, work: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    const before = this.#held.getStore() ?? [];
    if (before.some((held) => held.subject === subject)) return { value: await work() };
    if (this.#closed) throw storeClosed();
    const fence = await this.#take(subject).catch(this.#fail);
    if (fence === undefined) return undefined;
    try {
      return { value: await this.#held.run([...before, { subject, fence }], work) };
    } finally {
      await this.#release(subject, fence).catch(() => {});
    }
  }

  /** For a transaction that the running code begins now: throws in it when one of its claims is lost. */
  guard(): ((tx: Tx) => Promise<void>) | undefined {
    const held = this.#held.getStore();
    if (held === undefined) return undefined;
    return async (tx) => {
      // Locked until the commit: nobody takes over between this look and what is written.
      const rows = await tx
        .selectFrom("claim")
        .select(["subject", "fence"])
        .where("node", "=", this.node)
        .where(
          "subject",
          "in",
          held.map(({ subject }) => subject),
        )
        .forShare()
        .execute();
      const lost = held.find(
        ({ subject, fence }) => !rows.some((row) => row.subject === subject && row.fence === fence),
      );
      if (lost !== undefined) throw new ClaimLost(lost.subject);
    };
  }

  /** @throws {ClaimLost} */
  requireHold(): void {
    const subject = this.#held.getStore()?.at(-1)?.subject;
    if (subject !== undefined && performance.now() - this.#heardAt >= this.times.leaseMs) throw new ClaimLost(subject);
  }

  /** Conversations in which something waits for its turn and that no living node has. */
  async stranded(): Promise<string[]> {
    const rows = await this.db
      .selectFrom("entry")
      .select("conversation")
      .where("from_who", "=", sql.lit("shopper"))
      .where("taken_in_turn", "is", null)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("claim")
              .innerJoin("node", "node.id", "claim.node")
              .select("claim.subject")
              .whereRef("claim.subject", "=", sql`'conversation:' || entry.conversation`)
              .where("node.until", ">=", nowMs),
          ),
        ),
      )
      .groupBy("conversation")
      .orderBy(sql`min(at)`)
      .limit(200)
      .execute()
      .catch(this.#fail);
    return rows.map((row) => row.conversation);
  }

  /** Gives back all that this node has, so that the others need not wait. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#beating);
    await this.#beat;
    await this.db.deleteFrom("claim").where("node", "=", this.node).execute();
    await this.db.deleteFrom("node").where("id", "=", this.node).execute();
  }

  /** As a crash would. */
  abandon(): void {
    this.#closed = true;
    clearInterval(this.#beating);
  }

  readonly #fail = (error: unknown): never => {
    throw this.translate(error);
  };

  async #take(subject: string): Promise<number | undefined> {
    const row = await this.db
      .insertInto("claim")
      .values({ subject, node: this.node, fence: nowMs })
      .onConflict((conflict) =>
        conflict
          .column("subject")
          .doUpdateSet((eb) => ({
            node: eb.ref("excluded.node"),
            fence: sql<number>`greatest(claim.fence + 1, excluded.fence)`,
          }))
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom("node")
                  .select("node.id")
                  .whereRef("node.id", "=", "claim.node")
                  .where("node.until", ">=", nowMs),
              ),
            ),
          ),
      )
      .returning("fence")
      .executeTakeFirst();
    return row?.fence;
  }

  async #release(subject: string, fence: number): Promise<void> {
    await this.db
      .deleteFrom("claim")
      .where("subject", "=", subject)
      .where("node", "=", this.node)
      .where("fence", "=", fence)
      .execute();
  }

  async #sayAlive(): Promise<void> {
    const sentAt = performance.now();
    const until = sql<number>`${nowMs} + ${sql.lit(this.times.leaseMs)}`;
    await this.db
      .insertInto("node")
      .values({ id: this.node, until })
      .onConflict((conflict) => conflict.column("id").doUpdateSet({ until }))
      .execute();
    this.#heardAt = sentAt;
    if (Date.now() - this.#swept < SWEEP_MS) return;
    this.#swept = Date.now();
    await this.db
      .deleteFrom("node")
      .where("until", "<", sql<number>`${nowMs} - ${sql.lit(SWEEP_MS)}`)
      .execute();
    await this.db
      .deleteFrom("claim")
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom("node").select("node.id").whereRef("node.id", "=", "claim.node"))),
      )
      .execute();
  }
}
