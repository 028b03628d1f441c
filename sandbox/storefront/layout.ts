import type { WorldCustomer } from "../world/index.js";
import { logo } from "./art.js";
import { Html, html } from "./html.js";

/** What every page needs to know. */
export interface Frame {
  readonly chatUrl: string;
  readonly customers: readonly WorldCustomer[];
  /** Who is signed in. */
  readonly who: WorldCustomer | undefined;
}

export const ACCENT = "#23553f";

export function layout(frame: Frame, title: string, here: string, body: Html, script?: string): string {
  const { chatUrl, customers, who } = frame;
  const link = (href: string, text: string) =>
    html`<a href="${href}" ${new Html(href === here ? 'aria-current="page"' : "")}>${text}</a>`;
  const page = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title}</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/shop.css" />
    <script src="/shop.js"></script>
    ${script === undefined ? "" : html`<script src="${script}" defer></script>`}
    <script async src="${chatUrl}/widget/loader.js" data-accent="${ACCENT}"></script>
  </head>
  <body data-customer="${who?.email ?? ""}">
    <form class="stage" method="post" action="/sign-in" aria-label="Demo: who you are">
      <label for="who"><b>Demo shop.</b> You are</label>
      <select id="who" name="email">
        <option value="">a visitor, not signed in</option>
        ${customers.map(
          ({ email, name }) =>
            html`<option value="${email}" ${new Html(email === who?.email ? "selected" : "")}>${name ?? email}</option>`,
        )}
      </select>
      <noscript><button>Change</button></noscript>
      <a href="/customers">Who has which orders?</a>
    </form>
    <header class="top">
      <a class="brand" href="/">${logo}<span>Orchard &amp; Pine</span></a>
      <nav aria-label="Pages">${link("/", "Shop")}${link("/customers", "Customers")}${link("/mailbox", "Mailbox")}</nav>
    </header>
    <main>${body}</main>
    <footer class="bottom">
      <p>Orchard &amp; Pine does not exist. Its orders, parcels and people are make-believe; the chat is the real thing.</p>
    </footer>
  </body>
</html>`;
  return page.text;
}
