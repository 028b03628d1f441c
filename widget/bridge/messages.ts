/**
 * The words between the shop's page (loader) and the chat in its frame. Both sides check the sender's window and origin
 * first, then the shape here; anything else is ignored without an answer.
 */

/** Whether the page has a signed-in customer: never said, a token can be had, or signed out. */
export type IdentityState = "unset" | "ready" | "signed_out";

export type ToChat =
  | { type: "hello"; shown: boolean; identity: IdentityState; locale?: string; accent?: string }
  | { type: "shown"; on: boolean }
  | { type: "identity"; state: IdentityState }
  | { type: "token"; token: string | null };

export type ToLoader =
  | { type: "ready" }
  | { type: "unread"; count: number }
  /** A conversation exists: keep listening for replies on the shop's next pages. */
  | { type: "active" }
  | { type: "token_wanted" }
  | { type: "hide" };

export type Sealed<T> = T & { aftersale: 1 };

const seal = (data: unknown): Record<string, unknown> | undefined =>
  typeof data === "object" && data !== null && (data as { aftersale?: unknown }).aftersale === 1
    ? (data as Record<string, unknown>)
    : undefined;

const isText = (value: unknown, max: number): value is string => typeof value === "string" && value.length <= max;

const isIdentity = (value: unknown): value is IdentityState =>
  value === "unset" || value === "ready" || value === "signed_out";

/** What the loader said, or undefined for anything that is not one of our words. */
export function parseToChat(data: unknown): ToChat | undefined {
  const word = seal(data);
  switch (word?.type) {
    case "hello":
      if (typeof word.shown !== "boolean" || !isIdentity(word.identity)) return undefined;
      return {
        type: "hello",
        shown: word.shown,
        identity: word.identity,
        ...(isText(word.locale, 35) ? { locale: word.locale } : {}),
        ...(isText(word.accent, 32) ? { accent: word.accent } : {}),
      };
    case "shown":
      return typeof word.on === "boolean" ? { type: "shown", on: word.on } : undefined;
    case "identity":
      return isIdentity(word.state) ? { type: "identity", state: word.state } : undefined;
    case "token":
      return word.token === null || isText(word.token, 8192) ? { type: "token", token: word.token } : undefined;
    default:
      return undefined;
  }
}

/** What the chat said. Small on purpose: it is part of the loader that every page of the shop carries. */
export function parseToLoader(data: unknown): ToLoader | undefined {
  const word = seal(data) as ToLoader | undefined;
  switch (word?.type) {
    case "ready":
    case "active":
    case "token_wanted":
    case "hide":
      return word;
    case "unread":
      return Number.isInteger(word.count) && word.count >= 0 ? word : undefined;
    default:
      return undefined;
  }
}
