/** Shoppers over real sockets: so many at once, and when one is served the next comes. */
import type { Lots } from "../simulation/lots.js";
import { Shopper } from "../simulation/shopper.js";
import { RealTab } from "./real-tab.js";
import type { Customer } from "./setup.js";

export interface CrowdParts {
  readonly url: string;
  readonly people: readonly Customer[];
  readonly atOnce: number;
  readonly lots: Lots;
  readonly token: (email: string) => Promise<string>;
}

/** Shoppers think twenty times as fast as people: the server is to be killed in the middle of something. */
const HASTE = 20;
/** How long one says nothing before counting as served. */
const SERVED_MS = 1_500;
const WISHES = ["I want my money back", "I want my money back", "skip my next delivery", "let me talk to a person"];

export class Crowd {
  readonly tabs: RealTab[] = [];
  private came = 0;
  private messages = 0;
  /** How often anybody has been told anything. */
  private told = 0;
  private lastHeard = new Map<RealTab, number>();
  private isClosed = false;
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(private readonly parts: CrowdParts) {}

  begin(): void {
    for (let n = 0; n < this.parts.atOnce; n += 1) this.next();
  }

  letNobodyIn(): void {
    this.isClosed = true;
  }

  /** Until shoppers have been told so many things, however fast the machine is; or until `mostMs` have passed. */
  async untilTold(times: number, mostMs: number): Promise<void> {
    const wanted = this.told + times;
    for (const until = performance.now() + mostMs; performance.now() < until && this.told < wanted; )
      await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Nobody waits for an acknowledgement, and nobody has been told anything for a while. */
  isQuiet(): boolean {
    const isWaiting = ({ state }: RealTab): boolean => state.pending.some(({ sent }) => sent !== "refused");
    return this.tabs.every((tab) => !isWaiting(tab) && performance.now() - (this.lastHeard.get(tab) ?? 0) > SERVED_MS);
  }

  /** Everybody comes back once more and reads what they have not seen. */
  async lookAgain(): Promise<void> {
    for (const tab of this.tabs) tab.connect();
    for (const until = performance.now() + 20_000; performance.now() < until; ) {
      if (this.tabs.every(({ state }) => state.line === "online" && state.known <= state.entries.length)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  close(): void {
    this.isClosed = true;
    for (const timer of this.timers) clearTimeout(timer);
    for (const tab of this.tabs) tab.close();
  }

  private after(ms: number, run: () => void): () => void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      run();
    }, ms);
    this.timers.add(timer);
    return () => clearTimeout(timer);
  }

  /** A customer comes: with one tab, with two, or with two devices that are two conversations. */
  private next(): void {
    const who = this.parts.people[this.came];
    if (this.isClosed || who === undefined) return;
    this.came += 1;
    const { lots } = this.parts;
    const wish = lots.pick(WISHES);
    const tabs = this.visit(who, wish, lots.chance(0.2) ? 2 : 1);
    if (lots.chance(0.2)) tabs.push(...this.visit(who, wish, 1));
    const whenServed = (): void => {
      const isServed = tabs.every(
        (tab) =>
          tab.state.entries.length > 1 &&
          tab.state.pending.length === 0 &&
          performance.now() - (this.lastHeard.get(tab) ?? performance.now()) > SERVED_MS,
      );
      if (isServed) this.next();
      else this.after(200, whenServed);
    };
    this.after(SERVED_MS, whenServed);
  }

  private visit(who: Customer, wish: string, count: number): RealTab[] {
    const { lots, url, token } = this.parts;
    const tabs: RealTab[] = [];
    const shopper = new Shopper({
      engine: { after: (ms, _, run) => this.after(ms / HASTE, () => void run()) },
      lots: lots.fork(),
      tabs,
      email: who.email,
      order: who.order,
      subscription: who.subscription,
      wish,
      newMessageId: () => `message-${String(++this.messages).padStart(6, "0")}`,
      codes: () => [],
      patience: 12,
      isPlain: false,
    });
    for (let n = 0; n < count; n += 1) {
      const tab = new RealTab({
        name: `${who.email} ${this.tabs.length}`,
        url,
        token: () => token(who.email),
        heard: (which) => {
          this.lastHeard.set(which, performance.now());
          this.told += 1;
          const first = tabs[0]?.key;
          for (const other of tabs.slice(1)) if (first !== undefined) other.share(first);
          shopper.heard(which);
        },
      });
      tabs.push(tab);
      this.tabs.push(tab);
    }
    shopper.begin();
    return tabs;
  }
}
