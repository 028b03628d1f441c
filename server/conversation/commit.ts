import type { ConversationState, EntriesPage } from "../protocol/index.js";
import {
  appendEntries,
  appendTrace,
  type Conversation,
  clearTimer,
  markTaken,
  recordOutcome,
  type Store,
  saveConversation,
  setTimer,
  type Timer,
} from "../store/index.js";
import { setEffectRetry, withdrawLeftovers } from "./effect-retry.js";
import { traceBody } from "./told.js";
import type { Happening, Turn } from "./turn.js";

export interface CommittedTurn {
  readonly state: ConversationState;
  readonly entries: EntriesPage["entries"];
  /** When the timers that it has set are due. */
  readonly due: readonly number[];
}

/** All that a turn changes, in one transaction, on top of the turn that it was decided from. */
export async function commitTurn(
  store: Store,
  at: number,
  {
    conversation,
    happening,
    turn,
    timer,
  }: { conversation: Conversation; happening: Happening; turn: Turn; timer?: Timer },
): Promise<CommittedTurn> {
  const { id } = conversation;
  const number = conversation.turn + 1;
  const state: ConversationState = turn.state.mode === "with_person" ? "with_person" : "open";
  const { level, email, name } = turn.shopper;
  return store.write(
    async (tx) => {
      const due: number[] = [];
      await saveConversation(tx, id, conversation.turn, {
        at,
        state,
        level,
        ...(email !== undefined && { customer: { email, ...(name !== undefined && { name }) } }),
        dialogue: JSON.stringify(turn.state),
        turn: number,
      });
      const entries = await appendEntries(tx, id, turn.entries);
      if ("entries" in happening) {
        const taken = happening.entries.map(({ seq }) => seq);
        await markTaken(tx, id, taken, number);
      }
      const lines = turn.told.map((told) => ({ at, kind: told.kind, body: traceBody(told) }));
      await appendTrace(tx, id, number, lines);
      for (const { policy, version, outcome } of turn.outcomes) {
        await recordOutcome(tx, { conversation: id, policy, policyVersion: version, outcome, at });
      }
      if (timer !== undefined) await clearTimer(tx, id, timer.name);
      if (turn.silence !== undefined) {
        const { afterMs, opened } = turn.silence;
        await setTimer(tx, { conversation: id, name: "silence", dueAt: at + afterMs, body: { opened } });
        due.push(at + afterMs);
      }
      if (turn.unsettled !== undefined) due.push(await setEffectRetry(tx, id, at, { ...turn.unsettled, tries: 0 }));
      due.push(...(await withdrawLeftovers(tx, id, conversation.turn, at, turn.unsettled?.key)));
      return { state, entries, due };
    },
    { conversation: id },
  );
}
