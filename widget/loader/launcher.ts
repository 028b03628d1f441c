import { launcherStyle } from "./style.js";
import { words } from "./words.js";

export interface Launcher {
  addFrame(address: string): HTMLIFrameElement;
  setShown(on: boolean): void;
  setUnread(count: number): void;
  focus(): void;
  remove(): void;
}

const SVG = "http://www.w3.org/2000/svg";
const BUBBLE =
  "M12 3.5c-5 0-9 3.4-9 7.7 0 2.3 1.1 4.3 2.9 5.7l-.6 3.2c-.1.5.4.9.9.6l3.4-1.7c.8.1 1.5.2 2.4.2 5 0 9-3.5 9-8s-4-7.7-9-7.7z";
const CHEVRON = "M6 9.5l6 6 6-6";

/** The button and the place for the frame, in a shadow root so that neither the shop's styles nor ours leak. */
export function createLauncher(options: DOMStringMap, act: { toggle(): void; intend(): void }): Launcher {
  const say = words(options.locale ?? document.documentElement.lang);
  const host = document.createElement("div");
  host.dataset.aftersale = "";
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(launcherStyle);
  root.adoptedStyleSheets = [sheet];
  if (options.side === "left") host.dataset.side = "left";
  if (options.accent) host.style.setProperty("--accent", options.accent);

  const button = document.createElement("button");
  const badge = document.createElement("span");
  button.append(icon(BUBBLE), icon(CHEVRON), badge);
  button.addEventListener("click", act.toggle);
  button.addEventListener("pointerenter", act.intend);
  button.addEventListener("focus", act.intend);
  root.append(button);
  document.body.append(host);

  let unread = 0;
  let shown = false;
  function label(): void {
    const text = shown ? say.hide : unread ? say.unread(unread) : say.show;
    button.setAttribute("aria-label", text);
    button.setAttribute("aria-expanded", String(shown));
    badge.hidden = shown || !unread;
    badge.textContent = unread > 9 ? "9+" : String(unread);
  }
  label();

  return {
    addFrame(address) {
      const frame = document.createElement("iframe");
      frame.title = "Chat";
      frame.referrerPolicy = "origin";
      frame.setAttribute("sandbox", "allow-scripts allow-forms allow-same-origin allow-popups");
      frame.src = address;
      root.prepend(frame);
      return frame;
    },
    setShown(on) {
      shown = on;
      host.toggleAttribute("data-shown", on);
      label();
    },
    setUnread(count) {
      unread = count;
      label();
    },
    focus: () => button.focus(),
    remove: () => host.remove(),
  };
}

function icon(path: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
