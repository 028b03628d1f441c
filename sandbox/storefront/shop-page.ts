import { hero, picture } from "./art.js";
import { html } from "./html.js";
import { type Frame, layout } from "./layout.js";
import { PRODUCTS } from "./products.js";

const price = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });

export function shopPage(frame: Frame): string {
  const name = frame.who?.name?.split(" ")[0];
  const body = html`<section class="hero">
      <div>
        <h1>Coffee for slow mornings</h1>
        <p>${name === undefined ? "" : `Welcome back, ${name}. `}Roasted on Tuesdays, at your door by the weekend.</p>
        <p><button type="button" class="cta" data-chat>Where is my order?</button></p>
      </div>
      ${hero}
    </section>
    <section aria-labelledby="range">
      <h2 id="range">The range</h2>
      <ul class="grid">
        ${PRODUCTS.map(
          (product) => html`<li class="product">
            <div class="picture">${picture(product)}</div>
            <h3>${product.name}</h3>
            <p>${product.note}</p>
            <p class="price">${price.format(product.price)}</p>
          </li>`,
        )}
      </ul>
    </section>`;
  return layout(frame, "Orchard & Pine: coffee for slow mornings", "/", body);
}
