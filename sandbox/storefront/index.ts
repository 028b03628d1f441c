/** The demo shop: a storefront with the widget on it, a mailbox to read codes in, and the people one can be. */
export { type Storefront, type StorefrontOptions, startStorefront } from "./storefront.js";
