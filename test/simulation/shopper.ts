/** A shopper who wants something, answers what is asked, clicks twice, changes their mind, and writes in two tabs. */
import type { Entry, Question, UtteranceMessage } from "../../server/protocol/index.js";
import type { Conversation } from "../../widget/chat/conversation.js";
import type { Engine } from "./engine.js";
import type { Lots } from "./lots.js";
import { WISHES } from "./shop.js";

/** A tab as its shopper knows it, whether the network behind it is real or not. */
export interface ShoppersTab {
  readonly state: Conversation;
  connect(conversation?: string): void;
  write(message: UtteranceMessage): void;
  last(): Entry | undefined;
}

export interface ShopperParts {
  readonly engine: Pick<Engine, "after">;
  readonly lots: Lots;
  readonly tabs: readonly ShoppersTab[];
  readonly email: string;
  readonly order: string;
  readonly subscription: string;
  readonly wish: string;
  readonly newMessageId: () => string;
  /** Codes that came by mail and were not typed yet, the newest last. */
  readonly codes: (email: string) => string[];
  readonly patience: number;
  /** Does nothing but answer. */
  readonly isPlain: boolean;
}

export class Shopper {
  private answered = 0;
  private written = 0;
  private isThinking = false;

  constructor(private readonly parts: ShopperParts) {}

  begin(): void {
    const { engine, lots, tabs, wish } = this.parts;
    const [first, ...others] = tabs;
    first?.connect();
    engine.after(lots.between(200, 6_000), "a shopper begins", () => this.say(first as ShoppersTab, wish));
    // Other tabs open once the first one knows its conversation.
    const follow = (): void => {
      const id = first?.state.id;
      if (id === undefined) return void engine.after(500, "another tab waits", follow);
      for (const tab of others) tab.connect(id);
    };
    if (others.length > 0) engine.after(500, "another tab opens", follow);
  }

  /** Told whenever a tab has something new. */
  heard(tab: ShoppersTab): void {
    const { engine, lots } = this.parts;
    const last = tab.last();
    if (last === undefined || last.from !== "bot" || last.seq <= this.answered || this.isThinking) return;
    this.isThinking = true;
    engine.after(lots.between(300, 4_000), "a shopper answers", () => {
      this.isThinking = false;
      this.answer();
    });
  }

  private answer(): void {
    const { lots, tabs, patience } = this.parts;
    const tab = lots.pick(tabs.filter(({ state }) => state.id !== undefined));
    const last = tab?.last();
    if (tab === undefined || last === undefined || last.seq <= this.answered || last.from !== "bot") return;
    this.answered = last.seq;
    if (this.written >= patience || tab.state.phase !== "open") return;
    if (this.whim(0.06)) return this.say(tab, lots.pick(Object.keys(WISHES)));
    if (last.asks === undefined) {
      if (this.whim(0.25)) this.say(tab, lots.pick(["actually, please send it again", "actually, refund it please"]));
      return;
    }
    this.reply(tab, last.asks);
  }

  private reply(tab: ShoppersTab, question: Question): void {
    const { lots, email, order, subscription } = this.parts;
    switch (question.type) {
      case "email":
        return this.say(tab, email);
      case "code":
        return this.typeCode(tab);
      case "yes_no": {
        this.say(tab, this.whim(0.08) ? "no" : "yes");
        if (this.whim(0.15)) this.say(tab, "yes");
        if (this.whim(0.05)) this.say(tab, "no wait");
        return;
      }
      case "order_number":
      case "choice":
      case "reason": {
        const choices = question.choices ?? [];
        const choice =
          choices.find(({ value }) => value === order || value === subscription) ??
          choices.find(({ value }) => value === "damaged" || value === "unused") ??
          (choices.length > 0 ? lots.pick(choices) : undefined);
        if (choice === undefined) return this.say(tab, question.type === "order_number" ? order : "it is broken");
        this.say(tab, choice.label, choice.value);
        if (this.whim(0.1)) this.say(lots.pick(this.parts.tabs), choice.label, choice.value);
        return;
      }
      default:
        return this.say(tab, "it is broken");
    }
  }

  /** Looks into the mailbox for a while. */
  private typeCode(tab: ShoppersTab, looks = 0): void {
    const { engine, codes, email } = this.parts;
    const code = codes(email).pop();
    if (code === undefined && looks < 10)
      return void engine.after(1_500, "a look into the mailbox", () => this.typeCode(tab, looks + 1));
    if (code === undefined) return this.say(tab, "no code came");
    if (this.whim(0.05)) this.say(tab, "123456");
    this.say(tab, code);
    if (this.whim(0.05)) this.say(tab, code);
  }

  private whim(probability: number): boolean {
    return !this.parts.isPlain && this.parts.lots.chance(probability);
  }

  private say(tab: ShoppersTab, text: string, choice?: string): void {
    this.written += 1;
    tab.write({ messageId: this.parts.newMessageId(), text, ...(choice !== undefined && { choice }) });
  }
}
