/** What the scripted server answers: one walk through every kind of thing that the chat can draw. */
import type { CardPart, ConversationState, Entry } from "../../server/protocol/index.js";

export interface Answer {
  readonly entries: readonly Omit<Entry, "seq" | "at">[];
  readonly state?: ConversationState;
  readonly afterMs?: number;
}

const bot = (text: string, more: Partial<Entry> = {}): Omit<Entry, "seq" | "at"> => ({
  from: "bot",
  text,
  parts: [],
  ...more,
});

const orders: readonly CardPart[] = [
  {
    kind: "card",
    title: "Order 5501",
    subtitle: "Placed on 18 November",
    status: { label: "In transit", tone: "waiting" },
    lines: [{ label: "House blend 1 kg" }, { label: "Paper filters" }],
  },
  {
    kind: "card",
    title: "Order 5478",
    subtitle: "Placed on 2 November",
    status: { label: "Delivered", tone: "good" },
    lines: [{ label: "Single origin Huila 250 g" }],
  },
];

export const inTransit: CardPart = {
  kind: "card",
  title: "Order 5501",
  subtitle: "Expected on Thursday, 26 November",
  status: { label: "In transit", tone: "waiting" },
  timeline: [
    { label: "Ordered", state: "done", detail: "18 November" },
    { label: "Packed", state: "done", detail: "19 November" },
    { label: "On its way", state: "current", detail: "UPS, left Ohio this morning" },
    { label: "Delivered", state: "ahead" },
  ],
  lines: [
    { label: "House blend 1 kg", detail: "1 × $24.00" },
    { label: "Paper filters", detail: "2 × $6.50" },
  ],
  link: { label: "Follow the parcel", href: "https://tracking.example.com/1Z5501" },
};

export function answerTo(text: string, choice?: string): Answer {
  const said = text.toLowerCase();
  if (text.startsWith("echo ")) return { entries: [hostile(text.slice(5))] };
  if (text.startsWith("count ")) return { entries: [bot(`counted ${text.slice(6)}`)] };
  if (choice === "yes") return { entries: [bot("Lovely. What else can I look up for you?")] };
  if (choice === "no") return { entries: [bot("Then enjoy your coffee!")] };
  if (choice?.startsWith("order-")) {
    return {
      afterMs: 30,
      entries: [
        bot("Your order 5501 is on its way. UPS expects to deliver it on Thursday, 26 November.", {
          parts: [inTransit],
        }),
        bot("Can I help with anything else?", { asks: { slot: "more", type: "yes_no" } }),
      ],
    };
  }
  if (/^\d{6}$/.test(text)) {
    if (text !== "123456") {
      return {
        entries: [bot("That code is not right. You have 4 tries left.", { asks: { slot: "code", type: "code" } })],
      };
    }
    const choices = orders.map((card, index) => ({ label: card.title, value: `order-${index}`, card }));
    return {
      afterMs: 30,
      entries: [
        bot("Thank you, Ann. Which order is it about?", {
          parts: [{ kind: "choices", choices }],
          asks: { slot: "order_number", type: "order_number", choices },
        }),
      ],
    };
  }
  if (text.includes("@")) {
    return {
      entries: [
        bot("If we know that address, a code is on its way to it. Please enter it here.", {
          asks: { slot: "code", type: "code" },
        }),
      ],
    };
  }
  if (said.includes("where")) {
    return {
      afterMs: 30,
      entries: [
        bot("Let me look that up for you."),
        bot("What e-mail address did you order with?", { asks: { slot: "email", type: "email" } }),
      ],
    };
  }
  if (said.includes("person")) {
    return {
      state: "with_person",
      entries: [
        bot("I have passed this on, with everything you told me, so you need not repeat it.", {
          parts: [{ kind: "notice", text: "A person will answer by e-mail, usually within a day." }],
        }),
      ],
    };
  }
  if (said.includes("never arrived")) {
    return {
      entries: [
        bot("I'm sorry to hear that. What happened?", {
          asks: {
            slot: "reason",
            type: "reason",
            choices: [
              { label: "The tracking says delivered, but I have nothing", value: "not_received" },
              { label: "It has been stuck for days", value: "stuck" },
              { label: "It came, but damaged", value: "damaged" },
            ],
          },
        }),
      ],
    };
  }
  if (said.includes("bye")) return { state: "closed", entries: [bot("Goodbye!")] };
  return { entries: [bot("I can tell you where an order is, or bring in a person.")] };
}

/** One string in every place where text of a shop, a carrier or a person can stand. */
function hostile(text: string): Omit<Entry, "seq" | "at"> {
  return bot(text, {
    parts: [
      {
        kind: "card",
        title: text,
        subtitle: text,
        status: { label: text, tone: "warning" },
        lines: [{ label: text, detail: text }],
        timeline: [{ label: text, state: "current", detail: text }],
        link: { label: text, href: text },
      },
      { kind: "notice", text: `! ${text}` },
      { kind: "choices", choices: [{ label: text, value: text }] },
    ],
    asks: { slot: text, type: "choice" },
  });
}
