/** Holds a conversation with the interpreter alone: what the shopper says and what tools answer is handed in, word by word. */
import { expect } from "vitest";
import {
  type Advanced,
  advance,
  type Command,
  type DialogueEvent,
  type DialogueRooms,
  type DialogueState,
  FRESH,
  type ReplyCommand,
  type Shopper,
  type TraceItem,
} from "../../server/dialogue/index.js";
import type { Answer, Signals, Understood } from "../../server/understanding/index.js";

export const NOON = Date.parse("2026-03-10T12:00:00Z");
export const ANN: Shopper = { level: "verified", email: "ann.reed@example.com", name: "Ann Reed" };

const NO_SIGNALS: Signals = {
  wantsPerson: false,
  stop: false,
  repeat: false,
  startOver: false,
  thanks: false,
  greeting: false,
  goodbye: false,
  correction: false,
  refusesCanceling: false,
  insists: false,
  justDoIt: false,
  undo: false,
  negative: false,
  instead: false,
  justThat: false,
};

/** A message that nothing could be made of, but for what is said here. */
export function heard(part: Partial<Omit<Understood, "signals">> & { signals?: Partial<Signals> } = {}): Understood {
  return {
    text: "…",
    intent: "out_of_scope",
    confidence: 0.3,
    outcome: "unsure",
    ranking: [],
    also: [],
    clauses: [],
    slots: {},
    digression: false,
    ...part,
    signals: { ...NO_SIGNALS, ...part.signals },
  };
}

export const wish = (intent: string, part: Parameters<typeof heard>[0] = {}): Understood =>
  heard({ text: `I want ${intent}`, intent, outcome: "accept", confidence: 0.95, ...part });
export const yes: Answer = { kind: "yes" };
export const no: Answer = { kind: "no" };
export const value = (text: string): Answer => ({ kind: "value", value: text, from: { start: 0, end: text.length } });
export const slot = (name: string, text: string) => ({ [name]: { value: text, start: 0, end: text.length, text } });

type Without<T> = T extends unknown ? Omit<T, "at" | "shopper"> : never;
type Happening = Without<DialogueEvent>;
type ToolAnswer = Partial<Omit<Extract<DialogueEvent, { kind: "called" }>, "kind">>;
type Command_<K extends Command["kind"]> = Extract<Command, { kind: K }>;

export class Talk {
  state: DialogueState = FRESH;
  at = NOON;
  /** Of the last event, with all that followed from it. */
  commands: Command[] = [];
  trace: TraceItem[] = [];
  /** Answers of tools, by name; a list is used up one by one, its last for ever. */
  readonly answers = new Map<string, ToolAnswer | readonly ToolAnswer[] | ((args: unknown) => ToolAnswer)>();

  constructor(
    public rooms: DialogueRooms,
    public shopper: Shopper = ANN,
  ) {}

  /** The shopper writes; tools and people answer until somebody has to wait. */
  async say(understood: Understood): Promise<this> {
    return this.happens({ kind: "understood", understood });
  }

  async happens(event: Happening): Promise<this> {
    this.commands = [];
    this.trace = [];
    let next: Happening | undefined = event;
    for (let calls = 0; next !== undefined; calls++) {
      expect(calls, "calls in one turn").toBeLessThanOrEqual(60);
      const { commands } = await this.step({
        ...(next as object),
        at: this.at,
        shopper: this.shopper,
      } as DialogueEvent);
      next = this.answerTo(commands);
    }
    return this;
  }

  /** One `advance`, asked twice, over a state that nobody may touch. */
  async step(event: DialogueEvent): Promise<Advanced> {
    const before = frozen(this.state);
    const text = JSON.stringify(before);
    const advanced = await advance(this.rooms, before, frozen(event));
    expect(await advance(this.rooms, before, event), "the same arguments give the same answer").toEqual(advanced);
    expect(JSON.stringify(before), "the state that was handed in").toBe(text);
    const kept = JSON.parse(JSON.stringify(advanced.state)) as DialogueState;
    expect(kept, "the state is plain JSON").toEqual(advanced.state);
    this.state = kept;
    this.commands.push(...advanced.commands);
    this.trace.push(...advanced.trace);
    return advanced;
  }

  private answerTo(commands: readonly Command[]): Happening | undefined {
    const asked = commands.filter(({ kind }) => kind === "call" || kind === "handoff");
    expect(asked.length, "one thing at a time").toBeLessThanOrEqual(1);
    const [command] = asked;
    if (command?.kind === "handoff") return { kind: "handed_off", mode: "async", contact: "ann.reed@example.com" };
    if (command?.kind !== "call") return undefined;
    const found = this.answers.get(command.tool) ?? { result: "not_found" };
    const answer =
      typeof found === "function" ? found(command.args) : "length" in found ? this.next(command.tool) : found;
    return { kind: "called", result: "ok", ...answer };
  }

  private next(tool: string): ToolAnswer {
    const [first, ...rest] = this.answers.get(tool) as readonly ToolAnswer[];
    if (rest.length > 0) this.answers.set(tool, rest);
    return first as ToolAnswer;
  }

  of<K extends Command["kind"]>(kind: K): Command_<K>[] {
    return this.commands.filter((command): command is Command_<K> => command.kind === kind);
  }

  /** The macros said, one message a line. */
  get said(): string[] {
    return this.of("reply").map(({ macros }: ReplyCommand) => macros.join(" + "));
  }

  get calls(): string[] {
    return this.of("call").map(({ tool, args }) => `${tool} ${JSON.stringify(args)}`);
  }

  get handedOver(): string | undefined {
    return this.of("handoff")[0]?.reason;
  }

  /** `policy/step` of the policy that is running. */
  get place(): string | undefined {
    const frame = this.state.frames.at(-1);
    return frame && `${frame.policy}/${frame.step}`;
  }
}

export function frozen<T>(thing: T): T {
  if (typeof thing === "object" && thing !== null) {
    Object.freeze(thing);
    for (const inner of Object.values(thing)) frozen(inner);
  }
  return thing;
}
