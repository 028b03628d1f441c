/** Carries out what a policy asked for: past the guard, through the journal, and back as an event for the interpreter. */
import type { HandoffPayload, Level, Ticket, ToolOutcome, ToolResult } from "../connectors/index.js";
import { type Identity, includes } from "../identity/index.js";
import type { Ports } from "../ports/index.js";
import { effectsOf, type Store, saveConversation } from "../store/index.js";
import { readAbout, readFrom } from "./about.js";
import { BOOK_TOOLS, type BookTool, bookTools, OWN_SYSTEM } from "./book-tools.js";
import type { Catalogue, CatalogueEntry } from "./catalogue.js";
import { OWN_TOOLS } from "./catalogue.js";
import type { Args } from "./effects.js";
import { NoHelpdeskError } from "./errors.js";
import { type Asking, isOwnAnswer, mayCall, namesOnlyThem } from "./guard.js";
import { createJournal, type Settled } from "./journal.js";
import type { EffectLimit } from "./limits.js";
import { maskArguments } from "./masking.js";
import { OrderStage } from "./order-stage.js";
import { type Agreed, type Performed, type PerformRooms, performEffect } from "./perform.js";
import { PICKING_TOOLS, type PickingTool, pickingTools } from "./picking-tools.js";
import { inSteps } from "./same-time.js";
import { withWorkedOut } from "./worked-out.js";

/** Longer than vendors mostly take to find somebody. */
const LOOK_UP_STEP_MS = 400;
const CODE_STEP_MS = 200;

export interface CallTrace {
  readonly tool: string;
  readonly capability: string;
  readonly system: string;
  readonly arguments: unknown;
  readonly result: ToolResult;
  readonly reason?: string;
}

export interface EffectTrace {
  readonly tool: string;
  readonly capability: string;
  readonly system: string;
  readonly key: string;
  readonly arguments: unknown;
  readonly status: "done" | "refused" | "needs_person";
  readonly receipt?: string;
}

export interface Called {
  readonly result: ToolResult | "needs_code" | "wrong_code";
  readonly value?: unknown;
  readonly reason?: string;
  /** For the trace; absent for our own tools. */
  readonly trace?: CallTrace;
  /** For an effect that has settled. */
  readonly effect?: EffectTrace;
  /** The code that allowed it. */
  readonly authorisedBy?: string;
  /** Set when the call proved who is asking. */
  readonly shopper?: { readonly level: Level; readonly email?: string };
}

export interface HandedOff {
  readonly settled: Settled;
  readonly ticket?: Ticket;
  readonly key: string;
  readonly system: string;
  readonly tool: string;
}

/** Where a call is made from. `claims` lives as long as one turn: what was looked up for somebody not yet proved. */
export interface Caller {
  readonly conversation: string;
  /** The last committed turn. */
  readonly turn: number;
  readonly who: Asking;
  /** The policy and its version, for the books. */
  readonly policy: string;
  /** Where the shopper comes from, for limits; absent when nobody knows any more, as after a restart. */
  readonly network?: string;
  /** The shopper's language, BCP 47: the mail with a code is written in it. */
  readonly locale?: string;
  readonly claims: Map<string, { readonly email: string }>;
}

export interface Tools {
  readonly catalogue: Catalogue;
  call(name: string, args: Args, caller: Caller, yes?: Yes): Promise<Called>;
  /** @param systems of the policy, among which its helpdesk may be */
  handOff(
    payload: HandoffPayload,
    caller: Pick<Caller, "conversation" | "turn"> & { readonly systems: readonly string[] },
  ): Promise<HandedOff>;
  /** What was done in a conversation, one line each, for a person who takes over. */
  receiptsOf(conversation: string): Promise<string[]>;
  /** Once more for an effect that stands unsettled; undefined when its tool is gone. */
  resume(tool: string, key: string): Promise<Settled | undefined>;
  /** For an effect of a turn that was taken again without it; see the journal. Undefined when its tool is gone. */
  withdraw(tool: string, key: string, isLast: boolean): Promise<Settled | undefined>;
}

/** The step that calls, and the yes that covers it. */
export interface Yes {
  readonly step: string;
  /** The arguments before texts were filled in. */
  readonly args?: Args;
  readonly agreed?: Agreed;
  /** What the yes was given to, in words. */
  readonly words: string;
}

export interface ToolsOptions {
  readonly limits: Readonly<Record<string, EffectLimit>>;
  readonly catalogue: Catalogue;
  readonly store: Store;
  readonly identity: Identity;
  readonly ports: Ports;
}

/** @throws {NoHelpdeskError} */
export function createTools({ catalogue, store, identity, ports, limits }: ToolsOptions): Tools {
  if (catalogue.handoffFor([]) === undefined) throw new NoHelpdeskError();
  const journal = createJournal(store, ports);
  const stages = new OrderStage(ports.clock);
  const rooms: PerformRooms = { catalogue, store, identity, ports, journal, limits };
  return {
    catalogue,
    async call(name, args, caller, yes) {
      if (name === "send_code") return sendCode(args, caller);
      if (name === "check_code") return checkCode(args, caller);
      if (name === "order_stage") return orderStage(args, caller);
      if (Object.hasOwn(BOOK_TOOLS, name)) return lookIntoBooks(name as BookTool, args, caller);
      if (Object.hasOwn(PICKING_TOOLS, name)) return pick(name as PickingTool, args);
      const entry = catalogue.find(name);
      if (entry === undefined) return { result: "refused", reason: `no tool is called "${name}"` };
      if (entry.definition.effect !== undefined) return callEffect(entry, args, caller, yes);
      const { outcome, masked } = await read(entry, args, caller);
      const trace: CallTrace = {
        tool: name,
        capability: entry.capability,
        system: entry.served.system,
        arguments: maskArguments(args),
        result: outcome.result,
        ...("reason" in outcome && { reason: outcome.reason }),
      };
      return { ...(masked ? mask(outcome, caller) : outcome), trace };
    },
    async handOff(payload, { conversation, turn, systems }) {
      const entry = catalogue.handoffFor(systems);
      if (entry === undefined) throw new NoHelpdeskError();
      const key = `handoff:${payload.handoff_id}`;
      const authorisedBy = { level: payload.customer.level, policy: payload.policy, reason: payload.reason };
      const settled = await journal.perform(entry, {
        key,
        family: key,
        conversation,
        turn,
        arguments: payload,
        authorisedBy,
      });
      const ticket = settled.value as Ticket | undefined;
      return { settled, key, system: entry.served.system, tool: entry.name, ...(ticket && { ticket }) };
    },
    async receiptsOf(conversation) {
      const effects = await store.read((tx) => effectsOf(tx, conversation));
      return effects
        .filter(({ capability, status }) => capability !== "handoff" && status !== "refused")
        .map(
          ({ capability, system, status, receipt, key }) => `${capability} at ${system}: ${status} (${receipt ?? key})`,
        );
    },
    async resume(tool, key) {
      const entry = catalogue.find(tool);
      return entry === undefined ? undefined : journal.resume(entry, key);
    },
    async withdraw(tool, key, isLast) {
      const entry = catalogue.find(tool);
      return entry === undefined ? undefined : journal.withdraw(entry, key, isLast);
    },
  };

  async function read(
    entry: CatalogueEntry,
    args: unknown,
    caller: Caller,
  ): Promise<{ outcome: ToolOutcome<unknown>; masked: boolean }> {
    const refused = (reason: string) => ({ outcome: { result: "refused", reason } as const, masked: false });
    const parsed = entry.definition.args.safeParse(args);
    if (!parsed.success) return refused(`wrong arguments: ${parsed.error.issues[0]?.message}`);
    const verdict = mayCall(entry, parsed.data, caller.who);
    if (!verdict.allowed) return refused(verdict.reason);
    const about = await readAbout(catalogue, entry, parsed.data as Args, caller);
    if (about.result !== "ok") return { outcome: about, masked: false };
    const ask = () => readFrom(entry, parsed.data as Args, caller.conversation);
    const outcome = await (verdict.masked ? inSteps(ports.clock, LOOK_UP_STEP_MS, ask) : ask());
    if (outcome.result !== "ok" || verdict.masked) return { outcome, masked: verdict.masked };
    // Somebody else's order and no such order are the same answer.
    if (!isOwnAnswer(entry, outcome.value, caller.who)) return { outcome: { result: "not_found" }, masked: false };
    return { outcome: { ...outcome, value: withWorkedOut(entry.capability, outcome.value) }, masked: false };
  }

  async function callEffect(entry: CatalogueEntry, args: Args, caller: Caller, yes: Yes | undefined): Promise<Called> {
    const traced = {
      tool: entry.name,
      capability: entry.capability,
      system: entry.served.system,
      arguments: maskArguments(args),
    };
    const refuse = (reason: string): Called => ({
      result: "refused",
      reason,
      trace: { ...traced, result: "refused", reason },
    });
    const parsed = entry.definition.args.safeParse(args);
    if (!parsed.success) return refuse("wrong_arguments");
    // A ticket is opened by `handOff`, which knows the whole story.
    if (entry.capability === "handoff") return refuse("not_callable");
    if (!includes(caller.who.level, "verified")) return refuse("not_identified");
    if (!namesOnlyThem(parsed.data, caller.who)) return refuse("not_own_address");
    const performed = await performEffect(rooms, {
      entry,
      args: parsed.data as Args,
      caller,
      step: yes?.step ?? "",
      agreed: yes?.agreed,
      given: yes?.args ?? args,
      words: yes?.words ?? "",
    });
    switch (performed.kind) {
      case "needs_code":
      case "wrong_code":
        return { result: performed.kind };
      case "not_found":
        return { result: "not_found", trace: { ...traced, result: "not_found" } };
      case "refused":
        return refuse(performed.reason);
      case "unavailable":
        return { result: "unavailable", reason: performed.reason, trace: { ...traced, result: "unavailable" } };
      case "settled":
        return settledCall(traced, performed);
    }
  }

  function settledCall(traced: Omit<CallTrace, "result">, performed: Extract<Performed, { kind: "settled" }>): Called {
    const { settled, key, codeId } = performed;
    const result = resultOf(settled);
    const isSettled = settled.status === "done" || settled.status === "refused" || settled.status === "needs_person";
    const status = isSettled ? (settled.status as EffectTrace["status"]) : "needs_person";
    return {
      result,
      value: settled.value,
      ...(settled.reason !== undefined && { reason: settled.reason }),
      trace: { ...traced, result },
      effect: { ...traced, key, status, ...(settled.receipt !== undefined && { receipt: settled.receipt }) },
      ...(codeId !== undefined && { authorisedBy: codeId }),
    };
  }

  /** For somebody not yet proved, "found" and "not found" look alike to the policy, and so to the shopper. */
  function mask(outcome: ToolOutcome<unknown>, caller: Caller): ToolOutcome<unknown> {
    if (outcome.result !== "ok" && outcome.result !== "not_found") return outcome;
    const claim = ports.newId();
    if (outcome.result === "ok") caller.claims.set(claim, { email: (outcome.value as { email: string }).email });
    return { result: "ok", value: { claim } };
  }

  async function sendCode(args: unknown, caller: Caller): Promise<Called> {
    const parsed = OWN_TOOLS.send_code.args.safeParse(args);
    const claim = (parsed.data?.account as { claim?: unknown } | undefined)?.claim;
    const account = typeof claim === "string" ? caller.claims.get(claim) : undefined;
    const { conversation, network, locale } = caller;
    // Time enough for the mail to be on its way: sending it is work, too, and there is none of it for nobody.
    await inSteps(ports.clock, CODE_STEP_MS, () =>
      store.write((tx) =>
        identity.sendCode(tx, {
          conversation,
          purpose: "verify",
          ...(account && { account }),
          ...(locale !== undefined && { locale }),
          ...(network !== undefined && { network }),
        }),
      ),
    );
    // Whether it was sent, or held back by a limit, is told to nobody in the chat.
    return { result: "ok", value: {} };
  }

  async function orderStage(args: unknown, caller: Caller): Promise<Called> {
    const parsed = OWN_TOOLS.order_stage.args.safeParse(args);
    const entry = catalogue.find(parsed.data?.order.replace(/^@/, "") ?? "");
    if (!parsed.success || entry?.capability !== "get_order") return { result: "refused", reason: "wrong arguments" };
    const { order_number, email, postcode } = parsed.data;
    const proof = { order_number, ...(email !== undefined && { email }), ...(postcode !== undefined && { postcode }) };
    const outcome = await inSteps(ports.clock, LOOK_UP_STEP_MS, () =>
      stages.read(proof, caller, () => readFrom(entry, { order_id: order_number }, caller.conversation)),
    );
    const trace: CallTrace = {
      tool: entry.name,
      capability: entry.capability,
      system: entry.served.system,
      arguments: maskArguments({ order_id: order_number }),
      result: outcome.result,
      ...("reason" in outcome && { reason: outcome.reason }),
    };
    const isNews = outcome.result === "ok" && !includes(caller.who.level, "order_known");
    return { ...outcome, trace, ...(isNews && { shopper: { level: "order_known" as const } }) };
  }

  async function lookIntoBooks(tool: BookTool, args: unknown, caller: Caller): Promise<Called> {
    const { email, level } = caller.who;
    const parsed = BOOK_TOOLS[tool].args.safeParse(args);
    const traced = { tool, capability: tool, system: OWN_SYSTEM, arguments: maskArguments(args) };
    if (!parsed.success || email === undefined || !includes(level, "verified")) {
      const reason = parsed.success ? "not_identified" : "wrong_arguments";
      return { result: "refused", reason, trace: { ...traced, result: "refused", reason } };
    }
    const { conversation, turn, policy } = caller;
    const booking = { store, conversation, turn, policy, email: email.toLowerCase(), now: ports.clock.now() };
    const answer = await bookTools[tool](parsed.data as never, booking);
    return { ...answer, trace: { ...traced, result: answer.result } };
  }

  /** From a list that was read, and so traced, before. */
  function pick(tool: PickingTool, args: unknown): Called {
    const parsed = PICKING_TOOLS[tool].args.safeParse(args);
    if (!parsed.success) return { result: "refused", reason: "wrong_arguments" };
    const value = pickingTools[tool](parsed.data as never);
    return value === undefined ? { result: "not_found" } : { result: "ok", value };
  }

  async function checkCode(args: unknown, caller: Caller): Promise<Called> {
    const parsed = OWN_TOOLS.check_code.args.safeParse(args);
    if (!parsed.success) return { result: "refused", reason: "no code" };
    const { conversation, turn } = caller;
    const checked = await store.write(async (tx) => {
      const answer = await identity.checkCode(tx, { conversation, code: parsed.data.code, purpose: "verify" });
      // In the same commit: a crash right after this must not leave a spent code and an unproved shopper.
      if (answer.ok) {
        await saveConversation(tx, conversation, turn, {
          at: ports.clock.now(),
          level: includes(caller.who.level, "verified") ? caller.who.level : "verified",
          customer: { email: answer.email },
        });
      }
      return answer;
    });
    if (checked.ok) return { result: "ok", value: {}, shopper: { level: "verified", email: checked.email } };
    // The turn that spent it crashed before it could go on; the proof stands, and nothing new is granted here.
    if (checked.reason === "used" && includes(caller.who.level, "verified")) return { result: "ok", value: {} };
    return { result: "refused", reason: checked.reason };
  }
}

function resultOf({ status, reason }: Settled): ToolResult {
  if (status === "done") return "ok";
  if (status === "refused") return reason === "unavailable" || reason === "not_found" ? reason : "refused";
  return "unknown_outcome";
}
