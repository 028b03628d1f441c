/** The demo shop: a storefront with the widget on it, a mailbox to read codes in, and the people one can be. */

export { PRODUCTS, type Product } from "./products.js";
export { type Storefront, type StorefrontOptions, startStorefront } from "./storefront.js";
export { whatItShows } from "./what-orders-show.js";
