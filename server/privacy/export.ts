/** Everything that is kept of a customer, as one JSON document to be handed out. */
import type { Identity } from "../identity/index.js";
import type { Entry } from "../protocol/index.js";
import { appendAudit, entriesAfter, type Store, type Tx, traceOf } from "../store/index.js";
import { findTheirs, searchFor, type TicketElsewhere, ticketsOf } from "./theirs.js";

export interface ExportRooms {
  readonly store: Store;
  readonly identity: Pick<Identity, "pseudonymOf">;
  now(): number;
  /** Who asked for it, as the audit log names people. */
  readonly by: string;
}

export interface CustomerExport {
  readonly customer: string;
  readonly exportedAt: string;
  readonly conversations: readonly {
    readonly id: string;
    readonly begunAt: string;
    readonly locale: string;
    readonly level: string;
    readonly name?: string;
    readonly entries: readonly Entry[];
    /** Only when asked for: rules may have conditions that are not told to shoppers. */
    readonly trace?: readonly { readonly at: string; readonly kind: string; readonly body: unknown }[];
  }[];
  /** What was done for them. */
  readonly effects: readonly {
    readonly at: string;
    readonly what: string;
    readonly system: string;
    readonly status: string;
    readonly arguments: unknown;
    readonly receipt?: string;
  }[];
  readonly tickets: readonly TicketElsewhere[];
  /**
   * Conversations in which the address was typed and nobody proved to be its owner. What stands in them may be a
   * stranger's, so it is not handed out; `erase` removes them.
   */
  readonly unproven: readonly { readonly id: string; readonly begunAt: string }[];
}

export async function exportCustomer(
  { store, identity, now, by }: ExportRooms,
  address: string,
  { trace = false }: { readonly trace?: boolean } = {},
): Promise<CustomerExport> {
  const email = address.trim().toLowerCase();
  const exported = await store.read(async (tx) => {
    const found = await findTheirs(tx, email, await searchFor(tx, email));
    const conversations = [];
    for (const { id, createdAt, locale, level, customer } of found.proven) {
      conversations.push({
        id,
        begunAt: iso(createdAt),
        locale,
        level,
        ...(customer?.name !== undefined && { name: customer.name }),
        entries: await allEntries(tx, id),
        ...(trace && {
          trace: (await traceOf(tx, id)).map(({ at, kind, body }) => ({ at: iso(at), kind, body })),
        }),
      });
    }
    const proven = new Set(found.proven.map(({ id }) => id));
    // What was done in a conversation of nobody's is not known to be theirs.
    const effects = found.effects.filter(
      ({ conversation, authorisedBy }) =>
        proven.has(conversation) || (authorisedBy as { email?: unknown } | null)?.email !== undefined,
    );
    return {
      customer: email,
      exportedAt: iso(now()),
      conversations,
      effects: effects.map(({ createdAt, capability, system, status, arguments: args, receipt }) => ({
        at: iso(createdAt),
        what: capability,
        system,
        status,
        arguments: args,
        ...(receipt !== undefined && { receipt }),
      })),
      tickets: ticketsOf(effects),
      unproven: found.unproven.map(({ id, createdAt }) => ({ id, begunAt: iso(createdAt) })),
    };
  });
  // Before it is handed out: nothing is read by people that the audit log does not know of.
  const { length } = exported.conversations;
  const body = { by, what: "export", customer: identity.pseudonymOf(email), conversations: length };
  await store.write((tx) => appendAudit(tx, { at: now(), kind: "read", body }));
  return exported;
}

async function allEntries(tx: Tx, conversation: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let since = 0, more = true; more; ) {
    const page = await entriesAfter(tx, conversation, since);
    entries.push(...page.entries);
    since = page.entries.at(-1)?.seq ?? since;
    more = page.more;
  }
  return entries;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
