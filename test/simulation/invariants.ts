/** What must hold once faults have stopped and everything has come to rest, whatever happened before. */
import type { AuditVerdict } from "../../server/store/index.js";
import type { Disk } from "./disk.js";
import type { Tab } from "./tab.js";
import type { Done } from "./vendors.js";

export interface Unauthorised {
  readonly key: string;
  readonly capability: string;
}

export interface Evidence {
  readonly disk: Pick<Disk, "rows">;
  readonly ledger: readonly Done[];
  readonly tabs: readonly Pick<Tab, "name" | "state" | "acknowledged">[];
  /** Effects that happened without a line on disk that allows them. */
  readonly unauthorised: readonly Unauthorised[];
  /** What the check of the audit log's chain has found. */
  readonly audit: AuditVerdict;
}

export interface Verdict {
  readonly broken: readonly string[];
  readonly doubled: number;
  readonly lost: number;
  readonly unsettled: number;
  readonly needsPerson: number;
}

interface EffectRow {
  readonly key: string;
  readonly capability: string;
  readonly status: string;
  readonly reason: string | null;
}

interface EntryRow {
  readonly conversation: string;
  readonly seq: number;
  readonly text: string;
  readonly message_id: string | null;
  readonly taken_in_turn: number | null;
  readonly from_who: string;
}

const REMEDIES = new Set(["issue_refund", "create_replacement", "store_credit", "exchange"]);

export function brokenPromises({ disk, ledger, tabs, unauthorised, audit }: Evidence): Verdict {
  const effects = disk.rows<EffectRow>("select key, capability, status, reason from effect order by key");
  const entries = disk.rows<EntryRow>(
    "select conversation, seq, text, message_id, taken_in_turn, from_who from entry order by conversation, seq",
  );
  const doubled = doubledIn(ledger);
  const happened = new Set(ledger.map(({ key }) => key));
  const lost = effects.filter(
    ({ key, status, capability }) => status === "done" && isOutside(capability) && !happened.has(key),
  );
  const unsettled = effects.filter(({ status }) => status === "intended" || status === "sending");
  const denied = effects.filter(({ key, status }) => status === "refused" && happened.has(key));
  const lostMessages = messagesLost(entries, tabs);
  return {
    broken: [
      ...doubled.map((what) => `I1 happened twice: ${what}`),
      ...lost.map(({ key }) => `I1 told as done, and never happened: ${key} (${familyOf(key, effects)})`),
      ...denied.map(({ key, reason }) => `I1 told as not done, and happened: ${key} (${reason})`),
      ...lostMessages,
      ...numbersWithGaps(entries),
      ...unsettled.map(({ key, status }) => `I3 unsettled: ${key} is ${status}`),
      ...untaken(entries),
      ...tabs.flatMap((tab) => differences(tab, entries)),
      ...unauthorised.map(({ key }) => `I5 nobody allowed ${key}`),
      ...(audit.broken === undefined ? [] : [`I6 audit row ${audit.broken.n}: ${audit.broken.why}`]),
      ...unaudited(effects, disk),
    ],
    doubled: doubled.length,
    lost: lost.length + lostMessages.length,
    unsettled: unsettled.length,
    needsPerson: effects.filter(({ status }) => status === "needs_person").length,
  };
}

/** I6: one row in the audit log for each effect that has come to an end, and it says the same. */
function unaudited(effects: readonly EffectRow[], disk: Evidence["disk"]): string[] {
  const rows = disk.rows<{ body: string }>("select body from audit where kind = 'effect' order by n");
  const said = rows.map(({ body }) => JSON.parse(body) as { key: string; status: string });
  const ended = effects.filter(({ status }) => status !== "intended" && status !== "sending");
  return ended.flatMap(({ key, status }) => {
    const about = said.filter((row) => row.key === key);
    const isRight = about.length === 1 && about[0]?.status === status;
    return isRight
      ? []
      : [`I6 ${key} is ${status}; the audit log says ${about.map((row) => row.status).join() || "nothing"}`];
  });
}

/** What is only noted in our own books happens nowhere else. */
/** What else the journal holds of the same thing. */
function familyOf(key: string, effects: readonly EffectRow[]): string {
  const [family = key] = key.split("#");
  const others = effects.filter((effect) => effect.key.startsWith(family));
  return others
    .map((effect) =>
      `${effect.key.slice(family.length)} ${effect.capability} ${effect.status} ${effect.reason ?? ""}`.trim(),
    )
    .join("; ");
}

function isOutside(capability: string): boolean {
  return capability !== "note_offer";
}

/** One effect a key; and, whatever the keys say, one remedy an order, one skip of a delivery, one ticket a hand-over. */
function doubledIn(ledger: readonly Done[]): string[] {
  const facts = ledger.flatMap(({ key, capability, args }) => [`key ${key}`, ...factOf(capability, args)]);
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const fact of facts) (seen.has(fact) ? twice : seen).add(fact);
  return [...twice];
}

function factOf(capability: string, args: Readonly<Record<string, unknown>>): string[] {
  if (REMEDIES.has(capability)) return [`remedy for order ${String(args.order_id)}`];
  if (capability === "cancel_order" || capability === "mark_paid") return [`${capability} ${String(args.order_id)}`];
  if (capability === "cancel_subscription") return [`${capability} ${String(args.subscription_id)}`];
  if (capability === "handoff") return [`ticket ${String(args.handoff_id)}`];
  return [];
}

/** I2: what a shopper was told is stored is there once, under that number. */
function messagesLost(entries: readonly EntryRow[], tabs: Evidence["tabs"]): string[] {
  return tabs.flatMap(({ name, acknowledged }) =>
    [...acknowledged].flatMap(([messageId, seq]) => {
      const stored = entries.filter(({ message_id }) => message_id === messageId);
      const isRight = stored.length === 1 && stored[0]?.seq === seq;
      return isRight
        ? []
        : [
            `I2 ${messageId} of ${name} was acknowledged as ${seq}; stored: ${stored.map((each) => each.seq).join() || "nothing"}`,
          ];
    }),
  );
}

function numbersWithGaps(entries: readonly EntryRow[]): string[] {
  const last = new Map<string, number>();
  return entries.flatMap(({ conversation, seq }) => {
    const before = last.get(conversation) ?? 0;
    last.set(conversation, seq);
    return seq === before + 1 ? [] : [`I2 ${conversation}: ${seq} follows ${before}`];
  });
}

function untaken(entries: readonly EntryRow[]): string[] {
  return entries
    .filter(({ from_who, taken_in_turn }) => from_who === "shopper" && taken_in_turn === null)
    .map(({ conversation, seq }) => `I3 nobody has answered entry ${seq} of ${conversation}`);
}

/** I4: a tab shows what is stored, no less and no more, and waits for nothing. */
function differences({ name, state }: Evidence["tabs"][number], entries: readonly EntryRow[]): string[] {
  if (state.id === undefined) return [];
  const stored = entries
    .filter(({ conversation }) => conversation === state.id)
    .map(({ seq, text }) => `${seq} ${text}`);
  const shown = state.entries.map(({ seq, text }) => `${seq} ${text}`);
  const waiting = state.pending.filter(({ sent }) => sent !== "refused");
  return [
    ...(stored.join("\n") === shown.join("\n")
      ? []
      : [`I4 ${name} shows ${shown.length} entries, ${stored.length} are stored`]),
    ...waiting.map(({ messageId, sent }) => `I4 ${name} still waits for ${messageId} (${sent})`),
  ];
}
