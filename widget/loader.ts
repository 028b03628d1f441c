/**
 * The one script that a shop's page carries. It draws the launcher, loads the chat on intent (in a frame on the chat's own
 * origin, where page scripts cannot read it), and passes the storefront's token when the chat asks for one.
 *
 * ```html
 * <script async src="https://chat.shop.example/widget/loader.js" data-accent="#1f5c45"></script>
 * ```
 * `Aftersale("identify", () => fetchToken())`, `Aftersale("identify", null)` after signing out, `Aftersale("show")`,
 * `Aftersale("hide")`, `Aftersale("destroy")`. Calls made before this script has loaded are kept when the page defines
 * `window.Aftersale ||= (...args) => (Aftersale.q ||= []).push(args)`.
 */
import { type IdentityState, parseToLoader, type ToChat } from "./bridge/messages.js";
import { asksForCard, CARD_FIELDS } from "./loader/card-fields.js";
import { createLauncher } from "./loader/launcher.js";

type TokenSource = string | null | (() => string | null | Promise<string | null>);
type Command = ["show"] | ["hide"] | ["destroy"] | ["identify", TokenSource];
type Global = ((...command: Command) => void) & { q?: Command[] };

const page = window as unknown as { Aftersale?: Global };
const script = document.currentScript as HTMLScriptElement | null;

/** A shopper who wrote within a day is told of replies on the next pages too. */
const ACTIVE_MS = 86_400_000;
const ACTIVE_KEY = "aftersale.active";
const SHOWN_KEY = "aftersale.shown";
/** Not before the shop's own page has had its turn. */
const LATER_MS = 1000;
const DEAD_MS = 10_000;

function start(origin: string, options: DOMStringMap): void {
  const launcher = createLauncher(options, { toggle: () => show(!shown), intend: load });
  const small = matchMedia("(max-width: 480px), (max-height: 480px)");
  const until = new AbortController();
  let frame: HTMLIFrameElement | undefined;
  let ready = false;
  let shown = false;
  let source: TokenSource | undefined;

  const identity = (): IdentityState => (source === undefined ? "unset" : source === null ? "signed_out" : "ready");
  // Before the chat has said that it is there, the frame still has the page's own origin.
  const tell = (word: ToChat) => ready && frame?.contentWindow?.postMessage({ aftersale: 1, ...word }, origin);

  function load(): void {
    if (frame || asksForCard()) return;
    ready = false;
    frame = launcher.addFrame(`${origin}/chat`);
    // A chat server that is down leaves a browser's error page in the frame: away with it, the next click tries again.
    setTimeout(() => {
      if (ready || !frame) return;
      show(false);
      frame.remove();
      frame = undefined;
    }, DEAD_MS);
  }

  function show(on: boolean): void {
    if (on) load();
    if (!frame || on === shown) return;
    shown = on;
    launcher.setShown(on);
    storage("sessionStorage", SHOWN_KEY, on ? "1" : "");
    fill();
    tell({ type: "shown", on });
    if (on) frame.focus();
    else launcher.focus();
  }

  /** On a phone the chat fills what the on-screen keyboard leaves free. */
  function fill(): void {
    const view = window.visualViewport;
    if (!frame) return;
    const full = shown && small.matches && view;
    frame.style.height = full ? `${view.height}px` : "";
    frame.style.top = full ? `${view.offsetTop}px` : "";
  }

  async function sendToken(): Promise<void> {
    let token: string | null = null;
    try {
      token = (typeof source === "function" ? await source() : source) ?? null;
    } catch {
      // The shop could not make a token just now: the conversation goes on without one.
    }
    tell({ type: "token", token });
  }

  function hear(event: MessageEvent): void {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    const word = parseToLoader(event.data);
    if (word?.type === "ready") {
      ready = true;
      const { locale = document.documentElement.lang, accent } = options;
      tell({ type: "hello", shown, identity: identity(), locale, ...(accent ? { accent } : {}) });
    } else if (word?.type === "unread") launcher.setUnread(word.count);
    else if (word?.type === "active") storage("localStorage", ACTIVE_KEY, `${Date.now()}`);
    else if (word?.type === "token_wanted") void sendToken();
    else if (word?.type === "hide") show(false);
  }

  /** A single-page shop may turn into its checkout under us: leave as soon as a card field gets the focus. */
  function watch(event: FocusEvent): void {
    if ((event.target as Element | null)?.matches?.(CARD_FIELDS)) destroy();
  }

  function destroy(): void {
    until.abort();
    launcher.remove();
    frame = undefined;
    delete page.Aftersale;
  }

  function run(...command: Command): void {
    if (command[0] === "show") show(true);
    else if (command[0] === "hide") show(false);
    else if (command[0] === "destroy") destroy();
    else if (command[0] === "identify") {
      source = command[1] ?? null;
      tell({ type: "identity", state: identity() });
    }
  }

  const signal = until.signal;
  addEventListener("message", hear, { signal });
  addEventListener("focusin", watch, { signal });
  for (const sign of ["resize", "scroll"]) window.visualViewport?.addEventListener(sign, fill, { signal });
  small.addEventListener("change", fill, { signal });

  const queued = page.Aftersale?.q ?? [];
  page.Aftersale = run;
  for (const command of queued) run(...(Array.from(command) as Command));

  const active = Date.now() - Number(storage("localStorage", ACTIVE_KEY)) < ACTIVE_MS;
  if (active)
    setTimeout(() => (storage("sessionStorage", SHOWN_KEY) && !small.matches ? show(true) : load()), LATER_MS);
}

/** Keeps or finds a word. A page may be denied storage: then nothing is remembered, and nothing breaks. */
function storage(kind: "localStorage" | "sessionStorage", key: string, value?: string): string | null {
  try {
    if (value === undefined) return window[kind].getItem(key);
    window[kind].setItem(key, value);
  } catch {}
  return null;
}

function begin(): void {
  if (asksForCard()) {
    console.info("Aftersale: this page asks for card data, so the chat stays away.");
    page.Aftersale = () => {};
  } else if (script && !document.querySelector("[data-aftersale]")) start(new URL(script.src).origin, script.dataset);
}
if (document.body) begin();
else addEventListener("DOMContentLoaded", begin, { once: true });
