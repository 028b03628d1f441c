import type { Ports } from "../ports/index.js";
import type { CodeMail } from "./code-mail.js";
import { type CodeLimits, type Codes, createCodes, defaultCodeLimits } from "./codes.js";
import { type ConversationSecrets, conversationSecrets } from "./conversation-secret.js";
import { IdentityError } from "./errors.js";
import { keysFrom, sign } from "./keys.js";
import { createOutbox, type Outbox } from "./outbox.js";
import { checkTokenKeys, type TokenAnswer, type TokenKey, verifyStorefrontToken } from "./storefront-token.js";

export interface IdentityOptions {
  readonly ports: Ports;
  /** At least 32 random bytes; see `loadOrCreateSecret`. */
  readonly secret: Buffer;
  readonly shop: {
    /** The audience of storefront tokens. */
    readonly botId: string;
    /** As in mails. */
    readonly name: string;
    /** None: no storefront token is accepted. */
    readonly tokenKeys?: readonly TokenKey[];
  };
  readonly limits?: Partial<CodeLimits>;
  /** Default: English. */
  readonly codeMail?: CodeMail;
}

export interface Identity extends Codes, ConversationSecrets, Outbox {
  /** Never throws; see `verifyStorefrontToken`. `nowMs` defaults to the clock. */
  verifyStorefrontToken(token: unknown, nowMs?: number): Promise<TokenAnswer>;
  /**
   * The same for the same address, and nobody can say whose it is who has not the server's secret: what books and the
   * audit log keep in place of an address.
   */
  pseudonymOf(email: string): string;
  /** Under which the limits and codes of an address are stored. */
  addressHashOf(email: string): string;
}

/**
 * Everything that proves who somebody is.
 *
 * @throws {IdentityError} a secret or key too short to protect anything
 */
export function createIdentity({ ports, secret, shop, limits, codeMail }: IdentityOptions): Identity {
  if (secret.length < 32) {
    throw new IdentityError(
      "IDENTITY_WEAK_KEY",
      "the server's secret has fewer than 32 bytes. Use loadOrCreateSecret.",
    );
  }
  const tokenKeys = shop.tokenKeys ?? [];
  checkTokenKeys(tokenKeys);
  const keys = keysFrom(secret);
  const outbox = createOutbox(ports, keys);
  const codes = createCodes({
    ports,
    keys,
    outbox,
    shopName: shop.name,
    limits: { ...defaultCodeLimits, ...limits },
    ...(codeMail !== undefined && { mail: codeMail }),
  });
  return {
    ...codes,
    ...conversationSecrets(keys),
    ...outbox,
    pseudonymOf: (email) => `p:${sign(keys("customer"), email.trim().toLowerCase()).slice(0, 22)}`,
    addressHashOf: (email) => sign(keys("address"), email.trim().toLowerCase()),
    verifyStorefrontToken: (token, nowMs = ports.clock.now()) =>
      verifyStorefrontToken(token, nowMs, { botId: shop.botId, tokenKeys }),
  };
}
