/** Figures for Prometheus. The only file that knows prom-client; names and labels hold no personal data and no ids. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { statfs } from "node:fs/promises";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { CALLS_CHANNEL, type ConnectorSaid } from "../connectors/index.js";
import type { Conversations, Told } from "../conversation/index.js";
import { type Backlog, backlogOf, type Store } from "../store/index.js";
import type { Readiness } from "./readiness.js";

export interface MetricsSources {
  readonly conversations: Pick<Conversations, "watch" | "load">;
  readonly store: Pick<Store, "read">;
  readonly readiness: Pick<Readiness, "check">;
  readonly now: () => number;
  readonly systems: readonly string[];
  readonly sockets: () => number;
  /** The folder whose disk must not fill up. */
  readonly dataDir: string;
}

export interface Metrics {
  /** In Prometheus' text format. What must be counted in the database is counted at most every 5 seconds. */
  text(): Promise<string>;
  readonly contentType: string;
  /** Told after each commit, with the number of works that shared it. */
  committed(commit: { readonly works: number }): void;
  /** Draws from here; before, the figures of sources are absent. */
  watch(sources: MetricsSources): void;
  close(): void;
}

const COUNT_AGAIN_MS = 5_000;
/** Seconds: from a tap that needs no embedding to a vendor's whole patience. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BREAKER_STATES = ["closed", "half_open", "open"] as const;
type BreakerState = (typeof BREAKER_STATES)[number];
const SETTLED = ["done", "refused", "needs_person"] as const;
const PARTS = ["understand", "decide", "tools", "commit"] as const;

export function createMetrics(): Metrics {
  const registry = new Registry();
  const in_ = { registers: [registry] };
  const turnSeconds = new Histogram({
    ...in_,
    name: "aftersale_turn_seconds",
    help: "How long each part of a turn took; `whole` is their sum.",
    labelNames: ["part"],
    buckets: SECONDS,
  });
  for (const part of [...PARTS, "whole"]) turnSeconds.zero({ part });
  const understood = new Counter({
    ...in_,
    name: "aftersale_understood_total",
    help: "Messages by how they were understood.",
    labelNames: ["outcome"],
  });
  const handoffs = new Counter({
    ...in_,
    name: "aftersale_handoffs_total",
    help: "Conversations handed to a person.",
    labelNames: ["queue"],
  });
  const effects = new Counter({
    ...in_,
    name: "aftersale_effects_total",
    help: "Effects that were settled since the start, by system and by how.",
    labelNames: ["system", "status"],
  });
  const commits = new Counter({ ...in_, name: "aftersale_commits_total", help: "Commits synced to disk." });
  const works = new Counter({
    ...in_,
    name: "aftersale_commit_works_total",
    help: "Writes that shared these commits: how many a commit holds says how busy the store is.",
  });
  const attemptSeconds = new Histogram({
    ...in_,
    name: "aftersale_connector_answer_seconds",
    help: "How long vendors took for an answer, each try for itself.",
    labelNames: ["system"],
    buckets: SECONDS,
  });
  const failures = new Counter({
    ...in_,
    name: "aftersale_connector_failures_total",
    help: "Tries without a usable answer, by reason.",
    labelNames: ["system", "reason"],
  });
  collectDefaultMetrics({ register: registry });

  const breakers = new Map<object, { readonly system: string; readonly state: BreakerState }>();
  const hear = (message: unknown): void => {
    const said = message as ConnectorSaid;
    if (said.kind === "breaker") {
      if (said.state === "gone") breakers.delete(said.breaker);
      else breakers.set(said.breaker, { system: said.system, state: said.state });
    } else {
      const { system, failure, ms } = said;
      if (failure === undefined) attemptSeconds.observe({ system }, ms / 1_000);
      else failures.inc({ system, reason: failure });
    }
  };
  subscribe(CALLS_CHANNEL, hear);
  let unwatch = (): void => {};

  function tell(told: readonly Told[], timing: Readonly<Record<(typeof PARTS)[number], number>>): void {
    for (const part of PARTS) turnSeconds.observe({ part }, timing[part] / 1_000);
    turnSeconds.observe({ part: "whole" }, PARTS.reduce((sum, part) => sum + timing[part], 0) / 1_000);
    for (const each of told) {
      if (each.kind === "understood") understood.inc({ outcome: each.understood.outcome });
      else if (each.kind === "handoff") handoffs.inc({ queue: each.queue });
      else if (each.kind === "effect") effects.inc({ system: each.system, status: each.status });
    }
  }

  function gauges(sources: MetricsSources): void {
    const { conversations, store, readiness, now, systems, sockets, dataDir } = sources;
    const backlog = everyFewSeconds(now, () => store.read(backlogOf));
    const gauge = <Label extends string>(
      name: string,
      help: string,
      labelNames: readonly Label[],
      collect: (gauge: Gauge<Label>) => Promise<void> | void,
    ) =>
      new Gauge<Label>({
        ...in_,
        name,
        help,
        labelNames: [...labelNames],
        async collect() {
          await collect(this);
        },
      });
    for (const system of systems) {
      attemptSeconds.zero({ system });
      for (const status of SETTLED) effects.inc({ system, status }, 0);
    }
    gauge("aftersale_sockets", "Connected clients.", [], (it) => it.set(sockets()));
    gauge("aftersale_conversations_at_work", "Conversations with a turn under way or waiting for one.", [], (it) =>
      it.set(conversations.load().atWork),
    );
    gauge("aftersale_breaker_state", "1 for the state that a system's breaker is in.", ["system", "state"], (it) => {
      for (const system of systems) {
        const worst = worstOf([...breakers.values()].filter((each) => each.system === system));
        for (const state of BREAKER_STATES) it.set({ system, state }, state === worst ? 1 : 0);
      }
    });
    gauge("aftersale_ready", "1 where a part of the server is ready, 0 where it is not.", ["part"], async (it) => {
      for (const { part, ready } of await readiness.check()) it.set({ part }, ready ? 1 : 0);
    });
    gauge("aftersale_disk_free_bytes", "Room left on the disk of the database.", [], async (it) => {
      const { bavail, bsize } = await statfs(dataDir);
      it.set(bavail * bsize);
    });
    gauge("aftersale_journal_effects", "Effects that are not settled, by where they stand.", ["status"], async (it) => {
      const counted = await backlog();
      // Unknown is not none: a figure that could not be counted is absent.
      it.reset();
      if (counted === undefined) return;
      it.set({ status: "intended" }, counted.effects.intended);
      it.set({ status: "sending" }, counted.effects.sending);
      it.set({ status: "needs_person" }, counted.effects.needsPerson);
    });
    const count = (name: string, help: string, of: (backlog: Backlog) => number) =>
      gauge(name, help, [], async (it) => {
        const counted = await backlog();
        it.set(counted === undefined ? Number.NaN : of(counted));
      });
    count("aftersale_mails_waiting", "Mails that no mail server has taken yet.", ({ mails }) => mails);
    count("aftersale_mail_oldest_seconds", "How long the oldest of them has been waiting.", ({ oldestMailAt }) =>
      oldestMailAt === undefined ? 0 : Math.max(0, now() - oldestMailAt) / 1_000,
    );
    count("aftersale_utterances_waiting", "Messages stored that no turn has taken yet.", (all) => all.utterances);
  }

  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    committed: (commit) => {
      commits.inc();
      works.inc(commit.works);
    },
    watch: (sources) => {
      unwatch = sources.conversations.watch({ told: (_, told, timing) => tell(told, timing) });
      gauges(sources);
    },
    close: () => {
      unsubscribe(CALLS_CHANNEL, hear);
      unwatch();
      registry.clear();
    },
  };
}

/** A system with several connections is as well as the worst of them. */
function worstOf(breakers: readonly { readonly state: BreakerState }[]): BreakerState {
  const at = Math.max(0, ...breakers.map(({ state }) => BREAKER_STATES.indexOf(state)));
  return BREAKER_STATES[at] ?? "closed";
}

/** One count for all figures of one scrape, and for scrapes in quick succession; undefined when it failed. */
function everyFewSeconds<T>(now: () => number, count: () => Promise<T>): () => Promise<T | undefined> {
  let last: { readonly at: number; readonly counted: Promise<T | undefined> } | undefined;
  return () => {
    if (last === undefined || now() - last.at >= COUNT_AGAIN_MS)
      last = { at: now(), counted: count().catch(() => undefined) };
    return last.counted;
  };
}
