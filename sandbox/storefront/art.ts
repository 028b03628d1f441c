/** Drawings of the demo shop, made of plain shapes. Colours are attributes, which a strict style policy allows. */
import { Html, html } from "./html.js";
import type { Product } from "./products.js";

export const logo = new Html(
  `<svg viewBox="0 0 40 40" width="40" height="40" aria-hidden="true"><circle cx="20" cy="20" r="20" fill="#23553f"/>
<path d="M20 7l6 9h-3.2l5 7.5h-4.1l4.3 6.5H12l4.3-6.5h-4.1l5-7.5H14z" fill="#f3e6cf"/><rect x="18.4" y="30" width="3.2" height="4" fill="#f3e6cf"/></svg>`,
);

/** A morning at the roastery: hills, pines, an orchard and a cup. */
export const hero = new Html(
  `<svg viewBox="0 0 640 420" role="img" aria-label="A cup of coffee before hills with pines">
<rect width="640" height="420" fill="#f6dfb8"/><circle cx="470" cy="128" r="62" fill="#f2b04c"/><circle cx="470" cy="128" r="88" fill="#f2b04c" opacity=".25"/>
<path d="M0 236c90-62 168-58 262-18s198 44 378-42v244H0z" fill="#9db58a"/>
<path d="M0 290c120-62 220-34 320-8s210 22 320-44v182H0z" fill="#5f8f69"/>
<path d="M0 346c150-46 260-18 360-10s190 2 280-28v112H0z" fill="#2f6b4b"/>
${[
  [60, 300, 1],
  [104, 318, 1.3],
  [150, 306, 0.9],
  [548, 292, 1.2],
  [592, 306, 0.95],
  [500, 300, 0.8],
]
  .map(
    ([x, y, size]) =>
      `<g transform="translate(${x} ${y}) scale(${size})" fill="#1d4634"><path d="M0-74l17 26h-9l15 22h-11l16 24h-56l16-24h-11l15-22h-9z"/><rect x="-4" y="-2" width="8" height="14" fill="#5a3d28"/></g>`,
  )
  .join("")}
<g transform="translate(320 300)"><ellipse cx="0" cy="92" rx="128" ry="16" fill="#173626" opacity=".5"/>
<ellipse cx="0" cy="82" rx="112" ry="17" fill="#fbf4e6"/><ellipse cx="0" cy="78" rx="84" ry="10" fill="#e7d9bf"/>
<path d="M-82-22h164c0 62-30 104-82 104s-82-42-82-104z" fill="#fffaf0"/><path d="M80-8c44-12 56 50-6 56l5-15c30-6 24-34 1-27z" fill="#fffaf0"/>
<ellipse cx="0" cy="-22" rx="82" ry="17" fill="#eadcc2"/><ellipse cx="0" cy="-20" rx="70" ry="12.5" fill="#5b3621"/>
<path d="M-30-22c10-8 22 6 30 0s22-6 30 1" stroke="#c79a6b" stroke-width="3.5" fill="none" stroke-linecap="round"/>
<path d="M-22-58c-12-18 12-24 2-44M10-58c-12-18 12-24 2-44" stroke="#fffaf0" stroke-width="6" fill="none" stroke-linecap="round" opacity=".75"/></g></svg>`,
);

export function picture({ kind, colors: [body, label], name }: Product): Html {
  return html`<svg viewBox="0 0 200 200" role="img" aria-label="${name}">${new Html(SHAPES[kind](body, label))}</svg>`;
}

const shade = (x: number, width: number) =>
  `<ellipse cx="${x}" cy="174" rx="${width}" ry="7" fill="#000" opacity=".08"/>`;

const SHAPES: Record<Product["kind"], (body: string, label: string) => string> = {
  bag: (body, label) =>
    `${shade(100, 56)}<path d="M58 44l8-14h68l8 14v122c0 6-4 8-10 8H68c-6 0-10-2-10-8z" fill="${body}"/>
<path d="M58 44h84v9H58z" fill="#000" opacity=".18"/><path d="M66 30h68l-4-8H70z" fill="${body}"/><rect x="72" y="78" width="56" height="66" rx="6" fill="${label}"/>
<path d="M100 88l10 15h-5.5l8 12h-6.5l7 10H87l7-10h-6.5l8-12H90z" fill="${body}"/><rect x="84" y="131" width="32" height="4" rx="2" fill="${body}" opacity=".6"/>
<path d="M58 53l12 6v115h-2c-6 0-10-2-10-8z" fill="#fff" opacity=".12"/>`,
  box: (body, label) =>
    `${shade(100, 70)}<path d="M36 84l64-28 64 28v62l-64 28-64-28z" fill="${body}"/><path d="M36 84l64 28v62l-64-28z" fill="#000" opacity=".12"/>
<path d="M100 112l64-28v62l-64 28z" fill="#000" opacity=".22"/><path d="M68 70l64 28v26l-16 7v-26L52 77z" fill="${label}" opacity=".85"/>`,
  filter: (body, label) =>
    `${shade(100, 52)}<path d="M44 66h112l-34 100H78z" fill="${body}"/><path d="M44 66h112l-5 15H49z" fill="#fff" opacity=".35"/>
<path d="M66 81l18 85M100 81v85M134 81l-18 85" stroke="${label}" stroke-width="2" opacity=".35"/>`,
  mug: (body, label) =>
    `${shade(94, 50)}<path d="M128 84c40-8 44 54-2 58l2-13c24-4 22-36-1-32z" fill="${body}"/><path d="M50 64h84v84c0 16-10 26-26 26H76c-16 0-26-10-26-26z" fill="${body}"/>
<ellipse cx="92" cy="64" rx="42" ry="10" fill="${label}"/><ellipse cx="92" cy="65" rx="34" ry="7" fill="#5b3621"/><path d="M92 96l11 16h-6l9 13h-7l8 11H77l8-11h-7l9-13h-6z" fill="${label}" opacity=".9"/>`,
  kettle: (body, label) =>
    `${shade(104, 54)}<path d="M62 92h80l14 72c1 6-3 10-9 10H57c-6 0-10-4-9-10z" fill="${body}"/><path d="M64 100c-34-6-30 38-48 44l6 7c26-8 20-34 44-30z" fill="${body}"/>
<path d="M140 98c34 0 44 56 8 62l-2-10c22-4 16-42-8-42z" fill="${label}"/><path d="M74 92c0-16 12-24 28-24s28 8 28 24z" fill="${body}"/><circle cx="102" cy="62" r="7" fill="${label}"/>
<path d="M70 104l-9 62" stroke="#fff" stroke-width="7" opacity=".3" stroke-linecap="round"/>`,
  tin: (body, label) =>
    `${shade(100, 52)}<rect x="56" y="46" width="88" height="128" rx="8" fill="${body}"/><rect x="56" y="84" width="88" height="52" fill="${label}"/>`,
};
