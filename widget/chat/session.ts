/**
 * Whose conversation this browser continues. Anonymous to verified keeps it; signing out, or another customer, begins a new
 * one. The server checks the token's signature; here only its subject is read, to know whether somebody else signed in.
 */
import type { JoinRequest } from "../../server/protocol/index.js";
import type { IdentityState } from "../bridge/messages.js";
import type { Memory } from "./memory.js";

export interface Session {
  /** What to say on joining. Waits while another tab opens the first conversation, so that two tabs share one. */
  join(since: number, locale: string): Promise<JoinRequest>;
  joined(conversation: string, secret: string): void;
  /** Lets other tabs go on. */
  settled(): void;
}

export interface SessionPorts {
  readonly memory: Memory;
  identity(): IdentityState;
  token(): Promise<string | null>;
  /** The kept conversation is not this shopper's. */
  forgotten(): void;
}

const FIRST_JOIN_MS = 5000;

export function openSession({ memory, identity, token, forgotten }: SessionPorts): Session {
  let owner: string | undefined;
  let release: (() => void) | undefined;

  async function join(since: number, locale: string): Promise<JoinRequest> {
    const proof = identity() === "ready" ? await token() : null;
    owner = proof === null ? undefined : subjectOf(proof);
    const before = memory.ticket()?.owner;
    const another = owner !== undefined && owner !== before;
    if (before !== undefined && (identity() === "signed_out" || another)) {
      memory.forget();
      forgotten();
      since = 0;
    }
    if (memory.ticket() === undefined) release ??= await firstInLine();
    const ticket = memory.ticket();
    if (ticket !== undefined) settled();
    return {
      protocol: 1,
      ...(ticket ? { conversation: ticket.conversation, secret: ticket.secret } : {}),
      since: ticket ? since : 0,
      locale,
      ...(proof === null ? {} : { identity: proof }),
    };
  }

  function settled(): void {
    release?.();
    release = undefined;
  }

  return {
    join,
    joined(conversation, secret) {
      // A rejoin without a token (the shop could not make one just now) does not make it anybody's.
      const kept = owner ?? memory.ticket()?.owner;
      memory.keepTicket({ conversation, secret, ...(kept === undefined ? {} : { owner: kept }) });
      settled();
    },
    settled,
  };
}

/** Waits for the tabs that opened before us to have joined; where locks are denied, the server sees two shoppers. */
async function firstInLine(): Promise<() => void> {
  return new Promise((granted) => {
    const turn = () =>
      new Promise<void>((done) => {
        setTimeout(done, FIRST_JOIN_MS);
        granted(done);
      });
    (navigator.locks?.request("aftersale.first-join", turn) ?? Promise.reject()).catch(() => granted(() => {}));
  });
}

/** `sub`, else `email`, of a JWT; undefined when it is none. */
export function subjectOf(token: string): string | undefined {
  try {
    const payload = token.split(".")[1] ?? "";
    const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as Record<string, unknown>;
    const subject = claims.sub ?? claims.email;
    return typeof subject === "string" ? subject : undefined;
  } catch {
    return undefined;
  }
}
