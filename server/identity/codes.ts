import type { Ports } from "../ports/index.js";
import {
  addressLimit,
  countCodes,
  countFailure,
  countMailedCodes,
  countTry,
  currentCode,
  forgetFailures,
  insertCode,
  spendCode,
  type Tx,
  voidCodes,
} from "../store/index.js";
import { type CodeMail, type CodePurpose, englishCodeMail } from "./code-mail.js";
import { equalSecrets, type Keys, seal, sign, unseal } from "./keys.js";
import type { Outbox } from "./outbox.js";

export interface CodeLimits {
  readonly codeLifeMs: number;
  readonly triesPerCode: number;
  readonly perConversationADay: number;
  readonly perAddressAnHour: number;
  readonly perAddressADay: number;
  readonly perNetworkAnHour: number;
  /** Mails with codes that really leave, to everybody together: whoever has many addresses and networks has no more. */
  readonly inAllAnHour: number;
  /** So many wrong codes for one address, with no right one between, and it gets none until a person unlocks it. */
  readonly failuresInARow: number;
}

/** With 6 digits: a stranger's chance stays below 1 in 10,000 for one address, for ever. */
export const defaultCodeLimits: CodeLimits = {
  codeLifeMs: 10 * 60_000,
  triesPerCode: 5,
  perConversationADay: 5,
  perAddressAnHour: 3,
  perAddressADay: 10,
  perNetworkAnHour: 10,
  inAllAnHour: 2_000,
  failuresInARow: 100,
};

export interface SendCode {
  readonly conversation: string;
  /** The account or order that was found; the code goes to its address, never to one typed in the chat. */
  readonly account?: { readonly email: string };
  readonly purpose: CodePurpose;
  /** For a step-up: the one effect, amount and destination, as text that is compared exactly. */
  readonly binding?: string;
  /** The same in words, for the mail. */
  readonly allows?: string;
  /** The language of the mail, BCP 47. */
  readonly locale?: string;
  /** Where the shopper comes from (IP address), for limits. */
  readonly network?: string;
}

export interface SentCode {
  /** All that a shopper may learn. `too_many` depends on the conversation and the network alone, never on the address. */
  readonly answer: "sent" | "too_many";
  readonly codeId?: string;
  /** For the trace, where shoppers cannot look. */
  readonly what:
    | "mailed"
    | "no_account"
    | "address_limit"
    | "address_locked"
    | "global_limit"
    | "conversation_limit"
    | "network_limit";
}

export interface CheckCode {
  readonly conversation: string;
  /** As typed; blanks and dashes are ignored. */
  readonly code: string;
  readonly purpose: CodePurpose;
  readonly binding?: string;
}

/** The shopper sees the same for every reason but `triesLeft` 0, where only a new code helps. */
export type CheckedCode =
  | { readonly ok: true; readonly email: string; readonly codeId: string }
  | {
      readonly ok: false;
      readonly reason: "wrong" | "expired" | "used" | "too_many" | "none";
      readonly triesLeft: number;
    };

export interface Codes {
  /**
   * Makes a code and queues the mail. Whether there is an account or not, the same rows are written and the same answer
   * is given, so that nobody can find out who shops here. A new code makes the older ones of its purpose worthless.
   */
  sendCode(tx: Tx, request: SendCode): Promise<SentCode>;
  /** Checks a typed code and counts the try. Commit the transaction in every case, or the try is not counted. */
  checkCode(tx: Tx, attempt: CheckCode): Promise<CheckedCode>;
}

const HOUR_MS = 3_600_000;

export function createCodes(options: {
  readonly ports: Ports;
  readonly keys: Keys;
  readonly outbox: Outbox;
  readonly shopName: string;
  readonly limits: CodeLimits;
  readonly mail?: CodeMail;
}): Codes {
  const { ports, keys, outbox, shopName, limits, mail = englishCodeMail } = options;
  const hashCode = (code: string, salt: string, of: Pick<CheckCode, "conversation" | "purpose" | "binding">): string =>
    sign(keys("code"), salt, of.conversation, of.purpose, of.binding ?? "", code);

  async function sendCode(tx: Tx, request: SendCode): Promise<SentCode> {
    const { conversation, account, purpose, network } = request;
    const now = ports.clock.now();
    const networkHash = network === undefined ? undefined : sign(keys("network"), network);
    const visible = await visibleLimit(tx, conversation, networkHash, now);
    if (visible !== undefined) return { answer: "too_many", what: visible };

    const email = account?.email.trim().toLowerCase();
    const nobody = sign(keys("address"), `nobody\n${conversation}`);
    const addressee = email === undefined ? nobody : sign(keys("address"), email);
    const hidden = await hiddenLimit(tx, addressee, now);
    const what = email === undefined ? "no_account" : (hidden ?? "mailed");
    // A code that nobody receives counts neither for nor against an address: a stranger who asks and guesses all day
    // must not use up its owner's codes or lock it.
    const addressHash = what === "mailed" ? addressee : nobody;

    const code = ports.newDigits(6);
    const salt = ports.newId();
    const codeId = ports.newId();
    const expiresAt = now + limits.codeLifeMs;
    await voidCodes(tx, conversation, purpose, now);
    const sealed = seal(keys("mail"), email ?? "nobody@nowhere.invalid");
    await insertCode(tx, {
      id: codeId,
      conversation,
      addressHash,
      ...(networkHash !== undefined && { networkHash }),
      ...(what === "mailed" && { address: sealed }),
      purpose,
      binding: request.binding ?? "",
      codeHash: hashCode(code, salt, request),
      salt,
      createdAt: now,
      expiresAt,
    });
    const { allows, locale } = request;
    const minutes = Math.round(limits.codeLifeMs / 60_000);
    await outbox.queueMail(tx, {
      to: email ?? "nobody@nowhere.invalid",
      ...mail({
        code,
        minutes,
        shopName,
        purpose,
        ...(allows !== undefined && { allows }),
        ...(locale !== undefined && { locale }),
      }),
      expiresAt,
      ...(what !== "mailed" && { withheld: what }),
    });
    return { answer: "sent", codeId, what };
  }

  async function visibleLimit(tx: Tx, conversation: string, networkHash: string | undefined, now: number) {
    if ((await countCodes(tx, { conversation }, now - 24 * HOUR_MS)) >= limits.perConversationADay)
      return "conversation_limit";
    if (networkHash === undefined) return undefined;
    const fromNetwork = await countCodes(tx, { networkHash }, now - HOUR_MS);
    return fromNetwork >= limits.perNetworkAnHour ? "network_limit" : undefined;
  }

  async function hiddenLimit(tx: Tx, addressHash: string, now: number) {
    const { lockedAt } = await addressLimit(tx, addressHash);
    const anHour = await countCodes(tx, { addressHash }, now - HOUR_MS);
    const aDay = await countCodes(tx, { addressHash }, now - 24 * HOUR_MS);
    const inAll = await countMailedCodes(tx, now - HOUR_MS);
    if (inAll >= limits.inAllAnHour) return "global_limit";
    if (lockedAt !== undefined) return "address_locked";
    return anHour >= limits.perAddressAnHour || aDay >= limits.perAddressADay ? "address_limit" : undefined;
  }

  async function checkCode(tx: Tx, attempt: CheckCode): Promise<CheckedCode> {
    const now = ports.clock.now();
    const stored = await currentCode(tx, attempt.conversation, attempt.purpose);
    if (stored === undefined) return { ok: false, reason: "none", triesLeft: 0 };
    const tries = await countTry(tx, stored.id, limits.triesPerCode, now);
    if (tries === undefined) {
      const reason = stored.usedAt !== undefined ? "used" : stored.expiresAt <= now ? "expired" : "too_many";
      return { ok: false, reason, triesLeft: 0 };
    }
    const typed = attempt.code.replace(/[\s-]/g, "").slice(0, 20);
    const right = equalSecrets(stored.codeHash, hashCode(typed, stored.salt, attempt));
    const email = stored.address === undefined ? undefined : unseal(keys("mail"), stored.address);
    const { lockedAt } = await addressLimit(tx, stored.addressHash);
    if (!right || email === undefined || lockedAt !== undefined) {
      await countFailure(tx, stored.addressHash, limits.failuresInARow, now);
      return { ok: false, reason: "wrong", triesLeft: limits.triesPerCode - tries };
    }
    if (!(await spendCode(tx, stored.id, now))) return { ok: false, reason: "used", triesLeft: 0 };
    await forgetFailures(tx, stored.addressHash);
    return { ok: true, email, codeId: stored.id };
  }

  return { sendCode, checkCode };
}
