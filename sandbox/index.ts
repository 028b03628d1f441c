/** The make-believe around the real server: the shop, its mailbox, its customers and their world. */
export { type Mailbox, type MailboxMessage, startMailbox } from "./mailbox.js";
export { type Storefront, type StorefrontOptions, startStorefront } from "./storefront/index.js";
