import type { ColumnType, Insertable, Kysely, Selectable } from "kysely";

/**
 * The rows as they lie in the database. Only types that SQLite and Postgres share: text, integers, JSON as text. Times
 * are milliseconds since 1970, UTC. Rooms outside see the typed functions' own shapes, not these.
 */
export interface Tables {
  conversation: ConversationTable;
  entry: EntryTable;
  trace: TraceTable;
  timer: TimerTable;
  effect: EffectTable;
  code: CodeTable;
  address_limit: AddressLimitTable;
  mail: MailTable;
  outcome: OutcomeTable;
  file_set: FileSetTable;
  publication: PublicationTable;
  audit: AuditTable;
  audit_head: AuditHeadTable;
  webhook: WebhookTable;
  node: NodeTable;
  claim: ClaimTable;
  shared: SharedTable;
}

/** A transaction (or one consistent view, in a read). Works only until the function that received it has settled. */
export type Tx = Kysely<Tables>;

/** JSON written and read as text; parsed by the typed functions. */
type Json = string;
/** Set at insertion, never changed. */
type Fixed<T> = ColumnType<T, T, never>;

export interface ConversationTable {
  id: Fixed<string>;
  created_at: Fixed<number>;
  updated_at: number;
  locale: string;
  state: string;
  last_seq: number;
  level: string;
  customer_email: string | null;
  customer_name: string | null;
  dialogue: Json | null;
  turn: number;
}

export interface EntryTable {
  conversation: Fixed<string>;
  seq: Fixed<number>;
  from_who: Fixed<string>;
  at: Fixed<number>;
  text: string;
  parts: Json;
  asks: Json | null;
  message_id: Fixed<string | null>;
  choice: Fixed<string | null>;
  taken_in_turn: number | null;
}

export interface TraceTable {
  conversation: Fixed<string>;
  turn: Fixed<number>;
  n: Fixed<number>;
  at: Fixed<number>;
  kind: Fixed<string>;
  body: Json;
}

export interface TimerTable {
  conversation: Fixed<string>;
  name: Fixed<string>;
  due_at: number;
  body: Json;
}

export interface EffectTable {
  key: Fixed<string>;
  family: Fixed<string>;
  conversation: Fixed<string>;
  turn: Fixed<number>;
  tool: string;
  capability: string;
  system: string;
  arguments: Json;
  status: string;
  receipt: string | null;
  result: Json | null;
  reason: string | null;
  tries: number;
  authorised_by: Json;
  created_at: Fixed<number>;
  updated_at: number;
}

export interface CodeTable {
  id: Fixed<string>;
  conversation: Fixed<string>;
  address_hash: Fixed<string>;
  network_hash: Fixed<string | null>;
  /** Sealed; needed to say whose address was proven. Null for a code that was never mailed. */
  address: Fixed<string | null>;
  purpose: Fixed<string>;
  binding: Fixed<string>;
  code_hash: Fixed<string>;
  salt: Fixed<string>;
  created_at: Fixed<number>;
  expires_at: Fixed<number>;
  tries: number;
  used_at: number | null;
  voided_at: number | null;
}

export interface AddressLimitTable {
  address_hash: Fixed<string>;
  failures_in_a_row: number;
  locked_at: number | null;
}

export interface MailTable {
  id: Fixed<string>;
  to_address: string;
  subject: string;
  body: string;
  created_at: Fixed<number>;
  /** Not sent any more from then on; null for no limit. */
  expires_at: Fixed<number | null>;
  next_try_at: number;
  tries: number;
  sent_at: number | null;
  failed: string | null;
}

export interface OutcomeTable {
  conversation: Fixed<string>;
  policy: Fixed<string>;
  policy_version: Fixed<string>;
  outcome: Fixed<string>;
  at: Fixed<number>;
}

export interface FileSetTable {
  id: Fixed<string>;
  at: Fixed<number>;
  /** JSON, gzip, base64. */
  texts: Fixed<string>;
}

export interface PublicationTable {
  n: Fixed<number>;
  at: Fixed<number>;
  file_set: Fixed<string>;
  instead_of: Fixed<string | null>;
}

export interface AuditTable {
  n: Fixed<number>;
  at: Fixed<number>;
  kind: Fixed<string>;
  body: Fixed<Json>;
  before: Fixed<string>;
  hash: Fixed<string>;
}

/** One row: the end of the chain. */
export interface AuditHeadTable {
  id: Fixed<number>;
  n: number;
  hash: string;
}

export interface WebhookTable {
  system: Fixed<string>;
  id: Fixed<string>;
  at: Fixed<number>;
}

/** A server that works on this database. Times are the database's own. */
export interface NodeTable {
  id: Fixed<string>;
  /** Taken for dead from then on. */
  until: number;
}

export interface ClaimTable {
  subject: Fixed<string>;
  node: string;
  /** Rises with every new holder. */
  fence: number;
}

export interface SharedTable {
  name: Fixed<string>;
  value: string;
}

export type Row<Name extends keyof Tables> = Selectable<Tables[Name]>;
export type NewRow<Name extends keyof Tables> = Insertable<Tables[Name]>;
