/** The doors: pages over HTTP, conversations over Socket.IO. Nothing gets past here unparsed, unlimited or unredacted. */
export { cleanText, isBlank } from "./clean-text.js";
export type {
  ConversationDoor,
  ConversationListener,
  FoundConversation,
  Proven,
} from "./conversation-door.js";
export { type Gateway, type GatewayOptions, startGateway, type WebApp } from "./gateway.js";
export type { JoinRefusal } from "./join.js";
export { defaultGatewayLimits, type GatewayLimits } from "./limits.js";
export type { Doorkeeper, GatewayLog } from "./needs.js";
export { englishRefusals, type RefusalWords } from "./refusals.js";
export { behindSignIn, type SignIn } from "./sign-in.js";
