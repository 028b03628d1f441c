/** What vendors tell us by themselves: signed calls to `/webhooks/:system`. */
export { type Taken, type WebhookRooms, webhookRoutes } from "./routes.js";
export { UNSIGNED_SYSTEMS, WINDOW_S } from "./schemes.js";
