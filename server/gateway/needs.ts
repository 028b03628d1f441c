import type { Identity } from "../identity/index.js";

export type GatewayLog = (event: {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly conversation?: string;
  /** Number of the HTTP request, in this process. */
  readonly request?: string;
  readonly code?: string;
  readonly error?: unknown;
}) => void;

/** What the gateway needs of `server/identity`. */
export type Doorkeeper = Pick<
  Identity,
  "issueConversationSecret" | "checkConversationSecret" | "verifyStorefrontToken"
>;
