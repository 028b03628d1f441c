/**
 * Effects that outlive the turn that wanted them: a hand-over that the helpdesk has not taken, tried again until it has; and
 * what was begun by a turn that crashed and then, taken again, went another way: found out, never done behind people's backs.
 */
import type { Clock } from "../ports/index.js";
import {
  clearTimer,
  conversationsWithUntaken,
  type Effect,
  effectsOf,
  moveEffect,
  type Store,
  setTimer,
  type Timer,
  type Tx,
  timersOf,
  unsettledEffects,
} from "../store/index.js";
import type { Settled, Tools } from "../tools/index.js";
import type { Told } from "./told.js";

const RETRY_MS = [5_000, 15_000, 60_000, 300_000, 900_000];
/** Where asking has led to nothing so often, a person finds out. */
const MOST_TRIES = 20;

/** Timers are told apart by their names; one for each effect, so that none takes another's place. */
const EFFECT = "effect:";
/** The name that all of them had before. */
const HANDOFF = "handoff";

export function isAboutEffect({ name }: Pick<Timer, "name">): boolean {
  return name === HANDOFF || name.startsWith(EFFECT);
}

interface Waiting {
  readonly tool: string;
  readonly key: string;
  readonly tries: number;
  /** Nothing is to be sent for it any more. */
  readonly withdrawn?: boolean;
}

/** @returns when it is due */
export async function setEffectRetry(tx: Tx, conversation: string, now: number, waiting: Waiting): Promise<number> {
  const dueAt = now + (RETRY_MS[Math.min(waiting.tries, RETRY_MS.length - 1)] as number);
  await setTimer(tx, { conversation, name: EFFECT + waiting.key, dueAt, body: waiting });
  return dueAt;
}

/**
 * In the commit of a turn: what an earlier try of it began, and it did not go on with.
 *
 * @param turn the last committed one when it was begun
 * @returns when the timers are due
 */
export async function withdrawLeftovers(
  tx: Tx,
  conversation: string,
  turn: number,
  now: number,
  kept: string | undefined,
): Promise<number[]> {
  const due: number[] = [];
  for (const effect of await effectsOf(tx, conversation)) {
    if (effect.turn !== turn || effect.key === kept || !isUnsettled(effect)) continue;
    const at = await withdraw(tx, effect, now);
    if (at !== undefined) due.push(at);
  }
  return due;
}

/** At a start: what was begun where nobody has said anything since, and no timer asks for it. */
export async function findLeftovers(tx: Tx, now: number): Promise<void> {
  const waiting = new Set(await conversationsWithUntaken(tx));
  for (const effect of await unsettledEffects(tx)) {
    if (waiting.has(effect.conversation)) continue;
    const timers = await timersOf(tx, effect.conversation);
    if (timers.some((timer) => !isAboutEffect(timer) || (timer.body as Waiting).key === effect.key)) continue;
    await setEffectRetry(tx, effect.conversation, now, waitingFor(effect));
  }
}

async function withdraw(tx: Tx, effect: Effect, now: number): Promise<number | undefined> {
  if (effect.status === "intended") {
    // No call has gone out: this is the end of it.
    await moveEffect(tx, effect.key, ["intended"], "refused", { at: now, reason: "withdrawn" });
    return undefined;
  }
  return setEffectRetry(tx, effect.conversation, now, waitingFor(effect));
}

function waitingFor({ tool, key }: Effect): Waiting {
  return { tool, key, tries: 0, withdrawn: true };
}

function isUnsettled({ status }: Pick<Effect, "status">): boolean {
  return status === "intended" || status === "sending";
}

export interface EffectOver {
  /** What is to be told of it. */
  readonly told: Told;
  /** The conversation knows nothing of it, and a person has to: the timer stands until that is done. */
  readonly isNews: boolean;
}

/** @returns undefined as long as it is not over */
export async function retryEffect(
  { store, clock, tools }: { readonly store: Store; readonly clock: Clock; readonly tools: Tools },
  { conversation, name, body }: Timer,
): Promise<EffectOver | undefined> {
  const { tool, key, tries, withdrawn = false } = body as Waiting;
  const settled = withdrawn ? await tools.withdraw(tool, key, tries >= MOST_TRIES) : await tools.resume(tool, key);
  const entry = tools.catalogue.find(tool);
  const capability = entry?.capability ?? "";
  const isOver = settled === undefined || !isUnsettled(settled);
  const isNews = withdrawn && isOver && settled?.status !== "refused" && !TELLS_NOBODY.has(capability);
  await store.write(async (tx) => {
    if (!isOver) await setEffectRetry(tx, conversation, clock.now(), { tool, key, tries: tries + 1, withdrawn });
    else if (!isNews) await clearTimer(tx, conversation, name);
  });
  if (!isOver || settled === undefined) return undefined;
  return {
    told: {
      kind: "effect",
      tool,
      capability,
      system: entry?.served.system ?? "",
      key,
      arguments: {},
      status: settled.status as Exclude<Settled["status"], "intended" | "sending">,
      ...(settled.receipt !== undefined && { receipt: settled.receipt }),
    },
    isNews,
  };
}

/** Neither money nor goods, and a person has read it, or nobody needs to. */
const TELLS_NOBODY: ReadonlySet<string> = new Set(["handoff", "send_message", ""]);
