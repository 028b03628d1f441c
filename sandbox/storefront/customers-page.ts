import { type Html, html } from "./html.js";
import { type Frame, layout } from "./layout.js";
import type { StorefrontOptions } from "./storefront.js";
import { whatItShows } from "./what-orders-show.js";

export function customersPage(frame: Frame, world: StorefrontOptions["world"]): string {
  const now = world?.clock.now() ?? 0;
  const orders = (email: string): Html => {
    const theirs = world?.ordersOf(email) ?? [];
    const subscriptions = world?.subscriptionsOf(email) ?? [];
    if (world !== undefined && theirs.length + subscriptions.length === 0)
      return html`<p class="soft">No orders at all.</p>`;
    return html`<ul class="cases">
      ${theirs.map((order) => html`<li><b>${order.id}</b> ${whatItShows(order, now)}</li>`)}
      ${subscriptions.map(
        ({ id, product, status }) =>
          html`<li class="soft"><b>${id}</b> subscription: ${product ?? "unnamed"}, ${status ?? "active"}</li>`,
      )}
    </ul>`;
  };
  const body = html`<h1>Whom to be</h1>
    <p class="lead">
      Sign in as somebody and the shop vouches for you in the chat. Or stay a visitor, give one of these addresses in the
      chat, and read the code in the <a href="/mailbox">mailbox</a>.
    </p>
    <ul class="people">
      ${frame.customers.map(
        ({ email, name }) => html`<li class="person">
          <h2>${name ?? email}</h2>
          <p class="address">${email}</p>
          ${orders(email)}
          <form method="post" action="/sign-in">
            <input type="hidden" name="email" value="${email}" />
            <input type="hidden" name="chat" value="yes" />
            <button class="small">${email === frame.who?.email ? "Open the chat" : `Be ${(name ?? email).split(" ")[0]}`}</button>
            <button type="button" class="small quiet" data-copy="${email}">Copy address</button>
          </form>
        </li>`,
      )}
    </ul>`;
  return layout(frame, "Customers of Orchard & Pine", "/customers", body);
}
