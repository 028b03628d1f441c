/** The chat's side of the window messages. Alone in a tab of its own there is no page to talk to, and it is always shown. */
import { type IdentityState, parseToChat, type ToLoader } from "../bridge/messages.js";

export interface Page {
  /** What the page said at first, or undefined when the chat stands alone. */
  readonly hello: Promise<{ shown: boolean; identity: IdentityState; locale?: string; accent?: string } | undefined>;
  tell(word: ToLoader): void;
  /** A fresh storefront token; null when there is none, or the page does not answer in time. */
  token(): Promise<string | null>;
  onShown(listener: (on: boolean) => void): void;
  onIdentity(listener: (state: IdentityState) => void): void;
}

const HELLO_MS = 3000;
const TOKEN_MS = 3000;

export function openPage(): Page {
  const page = window.parent;
  if (page === window) {
    return {
      hello: Promise.resolve(undefined),
      tell: () => {},
      token: () => Promise.resolve(null),
      onShown: () => {},
      onIdentity: () => {},
    };
  }
  // Who may frame this page is settled by `frame-ancestors`; the referrer says which of them did.
  let origin = document.referrer === "" ? undefined : new URL(document.referrer).origin;
  let onShown = (_on: boolean) => {};
  let onIdentity = (_state: IdentityState) => {};
  let giveToken = (_token: string | null) => {};
  let giveHello: (hello: Awaited<Page["hello"]>) => void;
  const hello = new Promise<Awaited<Page["hello"]>>((resolve) => {
    giveHello = resolve;
    setTimeout(resolve, HELLO_MS, undefined);
  });
  const tell = (word: ToLoader) => page.postMessage({ aftersale: 1, ...word }, origin ?? "*");

  addEventListener("message", (event) => {
    if (event.source !== page || (origin !== undefined && event.origin !== origin)) return;
    const word = parseToChat(event.data);
    if (word === undefined) return;
    // Without a referrer the first page that greets us in our own words is the one, from then on.
    origin ??= event.origin;
    if (word.type === "hello") giveHello(word);
    else if (word.type === "shown") onShown(word.on);
    else if (word.type === "identity") onIdentity(word.state);
    else giveToken(word.token);
  });
  tell({ type: "ready" });

  return {
    hello,
    tell,
    token: () =>
      new Promise((resolve) => {
        giveToken = resolve;
        setTimeout(resolve, TOKEN_MS, null);
        tell({ type: "token_wanted" });
      }),
    onShown: (listener) => {
      onShown = listener;
    },
    onIdentity: (listener) => {
      onIdentity = listener;
    },
  };
}
