/** One `advance` under way: the draft of the next state, what is to be done, and what is to be told about it. */
import type { Decision } from "../decisions/index.js";
import { scopeOf } from "./context.js";
import type { PolicySet } from "./load.js";
import type { Policy, Step } from "./policy.js";
import {
  type Advanced,
  type Command,
  type DialogueEvent,
  type DialogueState,
  type Frame,
  MEMORY,
  type OpenQuestion,
  type ReplyCommand,
  type Scope,
  type TraceItem,
  type WayTaken,
} from "./state.js";

export interface DialogueRooms {
  readonly policies: PolicySet;
  /** `decisions/`, handed in so that this room stays free of it in tests. */
  decide(ruleSet: string, facts: Readonly<Record<string, unknown>>, at: number): Promise<Decision>;
}

type Draft = { -readonly [K in keyof DialogueState]: DialogueState[K] };

export class Run {
  readonly state: Draft;
  readonly commands: Command[] = [];
  readonly trace: TraceItem[] = [];
  readonly ways: WayTaken[] = [];
  /** Since the last word from the shopper, over all calls in between. */
  /** The policy that the shopper asked for a person in: its helpdesk is the one that knows about it. */
  comesFrom: string | undefined;
  steps: number;
  hops: number;

  constructor(
    readonly rooms: DialogueRooms,
    state: DialogueState,
    readonly event: DialogueEvent,
  ) {
    this.state = { ...state };
    const goesOn = event.kind === "called" || event.kind === "handed_off";
    ({ steps: this.steps, hops: this.hops } = (goesOn ? state.spent : undefined) ?? { steps: 0, hops: 0 });
  }

  get frame(): Frame | undefined {
    return this.state.frames.at(-1);
  }

  get scope(): Scope {
    return scopeOf(this.state, this.frame, this.event.shopper, this.event.at, this.rooms.policies.remembered);
  }

  policyOf(frame: Frame): Policy {
    return this.rooms.policies.get(frame.policy, frame.version);
  }

  stepOf(frame: Frame): Step {
    const policy = this.policyOf(frame);
    return policy.steps[policy.place.get(frame.step) as number] as Step;
  }

  /** The step after this one in the file; loading has made sure that there is one wherever it is needed. */
  nextOf(frame: Frame): string {
    const policy = this.policyOf(frame);
    return (policy.steps[(policy.place.get(frame.step) as number) + 1] as Step).id;
  }

  moveTo(step: string): void {
    const { frame } = this;
    if (frame !== undefined) this.ways.push({ policy: frame.policy, from: frame.step, to: step });
    this.changeFrame({ step });
  }

  changeFrame(change: Partial<Frame>): void {
    const frame = this.frame;
    if (frame === undefined) return;
    this.state.frames = [...this.state.frames.slice(0, -1), { ...frame, ...change }];
  }

  write(name: string, value: unknown): void {
    if (this.isMemory(name)) {
      if (name === "order_number" && value !== this.state.memory.order_number) this.forgetOrder();
      this.state.memory = { ...this.state.memory, [name]: value };
    } else if (this.frame !== undefined) this.changeFrame({ values: { ...this.frame.values, [name]: value } });
  }

  forget(name: string): void {
    const { [name]: _, ...kept } = this.state.memory;
    this.state.memory = kept;
  }

  isMemory(name: string): boolean {
    return (MEMORY as readonly string[]).includes(name) || this.rooms.policies.remembered.has(name);
  }

  /** Another order: what was found out about the last one does not hold for it. */
  forgetOrder(): void {
    const kept = Object.entries(this.state.memory).filter(([name]) => !this.rooms.policies.remembered.has(name));
    this.state.memory = Object.fromEntries(kept.filter(([name]) => name !== "order_number"));
  }

  push(policyId: string, values: Readonly<Record<string, unknown>>): void {
    const policy = this.rooms.policies.newest(policyId);
    const first = policy.steps[0] as Step;
    const frame: Frame = { policy: policy.id, version: policy.version, step: first.id, values, asked: {} };
    this.state.frames = [...this.state.frames, frame];
    this.tellPolicy(frame, "started");
  }

  pop(): void {
    this.state.frames = this.state.frames.slice(0, -1);
  }

  /** From the top, with nothing kept but the conversation's memory: what was known may no longer hold. */
  restartPolicy(): void {
    const first = this.state.frames[0];
    if (first === undefined) return;
    this.closeQuestion();
    this.state.frames = [];
    this.push(first.policy, {});
  }

  /** Drops every policy under way: the shopper has changed their mind. */
  leaveAll(): void {
    for (const frame of [...this.state.frames].reverse()) this.tellPolicy(frame, "left");
    this.state.frames = [];
    this.state.aside = undefined;
    this.closeQuestion();
    delete this.state.waiting;
  }

  tellPolicy(frame: Frame, event: "started" | "resumed" | "left" | "ended", outcome?: string): void {
    this.trace.push({ kind: "policy", id: frame.policy, step: frame.step, event, ...(outcome && { outcome }) });
  }

  reply(macros: readonly string[], extra: Omit<Partial<ReplyCommand>, "kind" | "macros"> = {}): void {
    this.commands.push({ kind: "reply", macros, scope: this.scope, ...extra });
  }

  openQuestion(question: OpenQuestion): void {
    this.state.question = question;
    this.state.opened += 1;
  }

  closeQuestion(): void {
    delete this.state.question;
  }

  /** Whether every one of these policies is still as it was when it was begun. */
  stands(frames: readonly Frame[]): boolean {
    const { policies } = this.rooms;
    return frames.every(({ policy, version, step }) => {
      if (!policies.isActive(policy)) return false;
      const now = policies.get(policy, version);
      return now.version === version && now.place.has(step);
    });
  }

  done(): Advanced {
    if (this.state.waiting?.for === "call") this.state.spent = { steps: this.steps, hops: this.hops };
    else delete this.state.spent;
    return { state: this.state, commands: this.commands, trace: this.trace, ways: this.ways };
  }
}
