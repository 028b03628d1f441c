/** A hand-over that the helpdesk has not taken: tried again until it has, long after the turn that wanted it. */
import type { Clock } from "../ports/index.js";
import { clearTimer, type Store, setTimer, type Timer, type Tx } from "../store/index.js";
import type { Tools } from "../tools/index.js";
import type { Told } from "./told.js";

const RETRY_MS = [5_000, 15_000, 60_000, 300_000, 900_000];

/** The timer's name, one of each in a conversation. */
export const HANDOFF = "handoff";

interface Waiting {
  readonly tool: string;
  readonly key: string;
  readonly tries: number;
}

/** @returns when it is due */
export async function setHandoffRetry(tx: Tx, conversation: string, now: number, waiting: Waiting): Promise<number> {
  const dueAt = now + (RETRY_MS[Math.min(waiting.tries, RETRY_MS.length - 1)] as number);
  await setTimer(tx, { conversation, name: HANDOFF, dueAt, body: waiting });
  return dueAt;
}

/** @returns what is to be told of it, once it is over */
export async function retryHandoff(
  { store, clock, tools }: { readonly store: Store; readonly clock: Clock; readonly tools: Tools },
  { conversation, name, body }: Timer,
): Promise<Told | undefined> {
  const { tool, key, tries } = body as Waiting;
  const settled = await tools.resume(tool, key);
  const status = settled?.status;
  const isOver = status === undefined || status === "done" || status === "refused" || status === "needs_person";
  await store.write(async (tx) => {
    if (isOver) await clearTimer(tx, conversation, name);
    else await setHandoffRetry(tx, conversation, clock.now(), { tool, key, tries: tries + 1 });
  });
  if (!isOver || status === undefined) return undefined;
  return {
    kind: "effect",
    tool,
    capability: "handoff",
    system: tools.catalogue.find(tool)?.served.system ?? "",
    key,
    arguments: {},
    status,
    ...(settled?.receipt !== undefined && { receipt: settled.receipt }),
  };
}
