/**
 * One turn: what happened in, what to say out. Start reading the server here.
 *
 * The interpreter decides, this carries out; nothing is stored here, so that a crash in the middle leaves the
 * conversation where its last committed turn left it. Effects are safe all the same: they stand in the journal.
 */
import { performance } from "node:perf_hooks";
import type { Level } from "../connectors/index.js";
import type { Decision } from "../decisions/index.js";
import {
  advance,
  type Command,
  type DialogueEvent,
  type DialogueRooms,
  type DialogueState,
  FRESH,
  macroIn,
  type Shopper,
  type WayTaken,
} from "../dialogue/index.js";
import { buildPayload, type Hours, nextOpening } from "../handoff/index.js";
import type { Ports } from "../ports/index.js";
import type { Entry } from "../protocol/index.js";
import { type Macros, renderReply } from "../replies/index.js";
import type { Conversation, NewEntry, UntakenEntry } from "../store/index.js";
import type { Caller, Tools } from "../tools/index.js";
import type { Passage, UnderstandContext, Understood } from "../understanding/index.js";
import type { Told } from "./told.js";

/** One set of the merchant's files, all from the same moment. */
export interface FilesOfTurn {
  readonly id: string;
  readonly dialogue: DialogueRooms;
  readonly macros: Macros;
  /** Approved answers to questions that no policy answers. */
  readonly passages?: readonly Passage[];
}

export interface TurnRooms {
  readonly ports: Ports;
  /** The set that a policy under way was begun with, as long as it is kept; without an id the one in force. */
  files(id: string | undefined): Promise<FilesOfTurn>;
  readonly tools: Tools;
  understand(
    input: { text: string; choice?: string },
    context: UnderstandContext,
    files: FilesOfTurn,
  ): Promise<Understood>;
  readonly timeZone: string;
  /** When people are there; always, when left out. */
  readonly hours?: Hours;
  readonly orderNumberPattern?: string;
}

export type Happening =
  | { readonly kind: "utterances"; readonly entries: readonly UntakenEntry[] }
  | { readonly kind: "identified" }
  | { readonly kind: "broken"; readonly entries: readonly UntakenEntry[] }
  | { readonly kind: "silence"; readonly opened: number };

export interface Turn {
  readonly state: DialogueState;
  readonly shopper: Shopper;
  readonly told: readonly Told[];
  readonly ways: readonly WayTaken[];
  readonly entries: readonly NewEntry[];
  readonly silence?: { readonly afterMs: number; readonly opened: number };
  readonly outcomes: readonly { readonly policy: string; readonly version: string; readonly outcome: string }[];
  /** A hand-over that the helpdesk has not taken yet: to be tried again until it has. */
  readonly unsettled?: { readonly tool: string; readonly key: string };
  /** Milliseconds spent, by part. */
  readonly timing: { understand: number; decide: number; tools: number };
}

export interface TurnInput {
  readonly conversation: Conversation;
  readonly shopper: Shopper;
  /** Everything said and decided before, oldest first; read only when a person takes over. */
  history(): Promise<{
    readonly transcript: readonly Pick<Entry, "from" | "at" | "text" | "asks">[];
    readonly decisions: readonly Decision[];
  }>;
  readonly happening: Happening;
  /** Where the shopper comes from, for limits. */
  readonly network?: string;
}

export async function takeTurn(rooms: TurnRooms, input: TurnInput): Promise<Turn> {
  return new TurnUnderWay(rooms, input).take();
}

type CallCommand = Extract<Command, { kind: "call" }>;

class TurnUnderWay {
  readonly told: Told[] = [];
  readonly ways: WayTaken[] = [];
  readonly entries: NewEntry[] = [];
  readonly outcomes: { policy: string; version: string; outcome: string }[] = [];
  readonly timing = { understand: 0, decide: 0, tools: 0 };
  readonly claims: Caller["claims"] = new Map();
  files!: FilesOfTurn;
  silence: Turn["silence"];
  unsettled: Turn["unsettled"];
  shopper: Shopper;

  constructor(
    readonly rooms: TurnRooms,
    readonly input: TurnInput,
  ) {
    this.shopper = input.shopper;
  }

  async take(): Promise<Turn> {
    const { dialogue } = this.input.conversation;
    let state = dialogue === undefined ? FRESH : (JSON.parse(dialogue) as DialogueState);
    this.files = await this.rooms.files(state.files);
    let event: DialogueEvent | undefined = await this.firstEvent(state);
    while (event !== undefined) {
      const begun = performance.now();
      const advanced = await advance(this.files.dialogue, state, event);
      this.timing.decide += performance.now() - begun;
      state = advanced.state;
      this.told.push(...advanced.trace);
      this.ways.push(...advanced.ways);
      event = await this.carryOut(advanced.commands);
    }
    // The labels as they were shown: what is typed next is read against them.
    const shown = this.entries.at(-1)?.asks?.choices;
    if (state.question !== undefined && shown !== undefined)
      state = { ...state, question: { ...state.question, choices: shown } };
    state = { ...state, files: state.frames.length > 0 || state.aside !== undefined ? this.files.id : undefined };
    const { told, ways, shopper, entries, outcomes, timing, silence, unsettled } = this;
    return {
      state,
      shopper,
      told,
      ways,
      entries,
      outcomes,
      timing,
      ...(silence && { silence }),
      ...(unsettled && { unsettled }),
    };
  }

  /** When it happened is part of every event: the interpreter knows no clock. */
  private happened(): { at: number; shopper: Shopper } {
    return { at: this.rooms.ports.clock.now(), shopper: this.shopper };
  }

  private async firstEvent(state: DialogueState): Promise<DialogueEvent> {
    const { happening, conversation } = this.input;
    if (happening.kind === "broken") return { kind: "broken", ...this.happened() };
    if (happening.kind !== "utterances") return { ...happening, ...this.happened() };
    const { entries } = happening;
    const text = entries.map((entry) => entry.text).join("\n");
    const choice = entries.findLast((entry) => entry.choice !== undefined)?.choice;
    const begun = performance.now();
    const understood = await this.rooms.understand(
      { text, ...(choice !== undefined && { choice }) },
      {
        ...(state.question && { question: state.question }),
        now: this.rooms.ports.clock.now(),
        locale: conversation.locale,
        timeZone: this.rooms.timeZone,
        ...(this.rooms.orderNumberPattern !== undefined && { orderNumberPattern: this.rooms.orderNumberPattern }),
      },
      this.files,
    );
    this.timing.understand += performance.now() - begun;
    this.told.push({ kind: "understood", understood });
    return { kind: "understood", understood, ...this.happened() };
  }

  /** Does what was decided; the one command that has an answer gives the next event. */
  private async carryOut(commands: readonly Command[]): Promise<DialogueEvent | undefined> {
    let answer: DialogueEvent | undefined;
    for (const command of commands) {
      if (command.kind === "reply") this.say(command);
      else if (command.kind === "set_silence") this.silence = command;
      else if (command.kind === "outcome") this.outcomes.push(command);
      else {
        const begun = performance.now();
        answer = command.kind === "call" ? await this.call(command) : await this.handOff(command);
        this.timing.tools += performance.now() - begun;
      }
    }
    return answer;
  }

  private say(command: Extract<Command, { kind: "reply" }>): void {
    const { text, parts, asks } = renderReply(command, this.files.macros, this.input.conversation.locale);
    this.told.push({ kind: "reply", text, parts, ...(asks && { asks }) });
    this.entries.push({ from: "bot", at: this.rooms.ports.clock.now(), text, parts, ...(asks && { asks }) });
  }

  private async call(command: CallCommand): Promise<DialogueEvent> {
    const { conversation } = this.input;
    const { level, email } = this.shopper;
    const { locale } = conversation;
    const words = (macro: string): string => this.files.macros.render(macro, locale, command.scope);
    const called = await this.rooms.tools.call(
      command.tool,
      inWords(command.args, words) as CallCommand["args"],
      {
        conversation: conversation.id,
        turn: conversation.turn,
        who: { level, ...(email !== undefined && { email }) },
        policy: `${command.policy}@${command.version}`,
        ...(this.input.network !== undefined && { network: this.input.network }),
        locale,
        claims: this.claims,
      },
      {
        step: command.step,
        args: command.args,
        ...(command.agreed && { agreed: command.agreed }),
        words: command.agreed === undefined ? "" : words(command.agreed.macro),
      },
    );
    if (called.trace !== undefined) this.told.push({ kind: "call", ...called.trace });
    if (called.effect !== undefined) this.told.push({ kind: "effect", ...called.effect });
    if (called.shopper !== undefined) this.shopper = { ...called.shopper };
    const { result, value, reason, authorisedBy } = called;
    return {
      kind: "called",
      result,
      value,
      ...(reason !== undefined && { reason }),
      ...(authorisedBy !== undefined && { authorisedBy }),
      ...this.happened(),
    };
  }

  private async handOff(command: Extract<Command, { kind: "handoff" }>): Promise<DialogueEvent> {
    const { conversation } = this.input;
    const { transcript, decisions } = await this.input.history();
    const policies = this.files.dialogue.policies;
    const payload = buildPayload({
      // The same turn taken again after a crash makes the same id, and so no second ticket.
      handoffId: `${conversation.id}-${conversation.turn + 1}`,
      command,
      policyTitle: command.policy === null ? null : policies.newest(command.policy).title,
      shopper: this.shopper,
      locale: conversation.locale,
      transcript: [
        ...transcript,
        ...this.entries.map(({ from, at, text }) => ({ from, at: new Date(at).toISOString(), text })),
      ],
      decisions: [...decisions, ...this.told.filter((told) => told.kind === "decision")],
      receipts: await this.rooms.tools.receiptsOf(conversation.id),
    });
    const { settled, ticket, system, tool, key } = await this.rooms.tools.handOff(payload, {
      conversation: conversation.id,
      turn: conversation.turn,
      systems: command.systems,
    });
    if (settled.status === "done" || settled.status === "refused" || settled.status === "needs_person") {
      const { status, receipt } = settled;
      const args = { handoff_id: payload.handoff_id, queue: payload.queue, reason: payload.reason };
      this.told.push({
        kind: "effect",
        tool,
        capability: "handoff",
        system,
        key,
        arguments: args,
        status,
        ...(receipt && { receipt }),
      });
    } else this.unsettled = { tool, key };
    const { queue, reason } = command;
    this.told.push({ kind: "handoff", helpdesk: system, queue, reason, ...(ticket && { ticket: ticket.id }), payload });
    const contact = payload.customer.email;
    const { hours, timeZone, ports } = this.rooms;
    const opens = hours && nextOpening(hours, timeZone, ports.clock.now());
    return {
      kind: "handed_off",
      mode: ticket?.mode ?? "async",
      ...(opens !== undefined && { opens: new Date(opens).toISOString() }),
      ...(contact !== null && { contact }),
      ...this.happened(),
    };
  }
}

/** `{ "macro": "file.name" }` among the arguments of a call becomes the text. */
function inWords(value: unknown, words: (macro: string) => string): unknown {
  if (typeof value !== "object" || value === null) return value;
  const macro = macroIn(value);
  if (macro !== undefined) return words(macro);
  if (Array.isArray(value)) return value.map((inner) => inWords(inner, words));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, inWords(inner, words)]));
}

export function shopperOf({ level, customer }: Conversation): Shopper {
  return {
    level: level as Level,
    ...(customer && { email: customer.email, ...(customer.name !== undefined && { name: customer.name }) }),
  };
}
