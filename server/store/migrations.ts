import { type Kysely, type Migration, Migrator, sql } from "kysely";
import { StoreUnavailable } from "./errors.js";

/**
 * The history of the tables, oldest first. A step that has been released is never edited: a change is a new step.
 * Names sort as text.
 */
const steps: Readonly<Record<string, Migration>> = {
  "0001-conversations": {
    async up(db) {
      await db.schema
        .createTable("conversation")
        .addColumn("id", "text", (c) => c.primaryKey().notNull())
        .addColumn("created_at", "bigint", (c) => c.notNull())
        .addColumn("updated_at", "bigint", (c) => c.notNull())
        .addColumn("locale", "text", (c) => c.notNull())
        .addColumn("state", "text", (c) => c.notNull())
        .addColumn("last_seq", "integer", (c) => c.notNull())
        .addColumn("level", "text", (c) => c.notNull())
        .addColumn("customer_email", "text")
        .addColumn("customer_name", "text")
        .addColumn("dialogue", "text")
        .addColumn("turn", "integer", (c) => c.notNull())
        .execute();
      await db.schema
        .createTable("entry")
        .addColumn("conversation", "text", (c) => c.notNull().references("conversation.id").onDelete("cascade"))
        .addColumn("seq", "integer", (c) => c.notNull())
        .addColumn("from_who", "text", (c) => c.notNull())
        .addColumn("at", "bigint", (c) => c.notNull())
        .addColumn("text", "text", (c) => c.notNull())
        .addColumn("parts", "text", (c) => c.notNull())
        .addColumn("asks", "text")
        .addColumn("message_id", "text")
        .addColumn("choice", "text")
        .addColumn("taken_in_turn", "integer")
        .addPrimaryKeyConstraint("entry_pk", ["conversation", "seq"])
        .addUniqueConstraint("entry_message", ["conversation", "message_id"])
        .execute();
      // Partial, so that looking for work after a crash does not depend on how much was ever said.
      await sql`create index entry_untaken on entry (conversation, seq)
        where from_who = 'shopper' and taken_in_turn is null`.execute(db);
      await db.schema
        .createTable("trace")
        .addColumn("conversation", "text", (c) => c.notNull().references("conversation.id").onDelete("cascade"))
        .addColumn("turn", "integer", (c) => c.notNull())
        .addColumn("n", "integer", (c) => c.notNull())
        .addColumn("at", "bigint", (c) => c.notNull())
        .addColumn("kind", "text", (c) => c.notNull())
        .addColumn("body", "text", (c) => c.notNull())
        .addPrimaryKeyConstraint("trace_pk", ["conversation", "turn", "n"])
        .execute();
      await db.schema
        .createTable("timer")
        .addColumn("conversation", "text", (c) => c.notNull().references("conversation.id").onDelete("cascade"))
        .addColumn("name", "text", (c) => c.notNull())
        .addColumn("due_at", "bigint", (c) => c.notNull())
        .addColumn("body", "text", (c) => c.notNull())
        .addPrimaryKeyConstraint("timer_pk", ["conversation", "name"])
        .execute();
      await db.schema.createIndex("timer_due").on("timer").column("due_at").execute();
    },
  },
  "0002-effects": {
    async up(db) {
      // No reference to the conversation: the books outlive it when a customer's data is erased.
      await db.schema
        .createTable("effect")
        .addColumn("key", "text", (c) => c.primaryKey().notNull())
        .addColumn("family", "text", (c) => c.notNull())
        .addColumn("conversation", "text", (c) => c.notNull())
        .addColumn("turn", "integer", (c) => c.notNull())
        .addColumn("tool", "text", (c) => c.notNull())
        .addColumn("capability", "text", (c) => c.notNull())
        .addColumn("system", "text", (c) => c.notNull())
        .addColumn("arguments", "text", (c) => c.notNull())
        .addColumn("status", "text", (c) => c.notNull())
        .addColumn("receipt", "text")
        .addColumn("result", "text")
        .addColumn("reason", "text")
        .addColumn("tries", "integer", (c) => c.notNull())
        .addColumn("authorised_by", "text", (c) => c.notNull())
        .addColumn("created_at", "bigint", (c) => c.notNull())
        .addColumn("updated_at", "bigint", (c) => c.notNull())
        .execute();
      await db.schema.createIndex("effect_conversation").on("effect").column("conversation").execute();
      await db.schema.createIndex("effect_family").on("effect").column("family").execute();
      await sql`create index effect_unsettled on effect (created_at)
        where status in ('intended', 'sending')`.execute(db);
    },
  },
  "0003-codes-and-mail": {
    async up(db) {
      await db.schema
        .createTable("code")
        .addColumn("id", "text", (c) => c.primaryKey().notNull())
        .addColumn("conversation", "text", (c) => c.notNull().references("conversation.id").onDelete("cascade"))
        .addColumn("address_hash", "text", (c) => c.notNull())
        .addColumn("network_hash", "text")
        .addColumn("address", "text")
        .addColumn("purpose", "text", (c) => c.notNull())
        .addColumn("binding", "text", (c) => c.notNull())
        .addColumn("code_hash", "text", (c) => c.notNull())
        .addColumn("salt", "text", (c) => c.notNull())
        .addColumn("created_at", "bigint", (c) => c.notNull())
        .addColumn("expires_at", "bigint", (c) => c.notNull())
        .addColumn("tries", "integer", (c) => c.notNull())
        .addColumn("used_at", "bigint")
        .addColumn("voided_at", "bigint")
        .execute();
      await db.schema.createIndex("code_conversation").on("code").columns(["conversation", "created_at"]).execute();
      await db.schema.createIndex("code_address").on("code").columns(["address_hash", "created_at"]).execute();
      await db.schema.createIndex("code_network").on("code").columns(["network_hash", "created_at"]).execute();
      await db.schema
        .createTable("address_limit")
        .addColumn("address_hash", "text", (c) => c.primaryKey().notNull())
        .addColumn("failures_in_a_row", "integer", (c) => c.notNull())
        .addColumn("locked_at", "bigint")
        .execute();
      await db.schema
        .createTable("mail")
        .addColumn("id", "text", (c) => c.primaryKey().notNull())
        .addColumn("to_address", "text", (c) => c.notNull())
        .addColumn("subject", "text", (c) => c.notNull())
        .addColumn("body", "text", (c) => c.notNull())
        .addColumn("created_at", "bigint", (c) => c.notNull())
        .addColumn("expires_at", "bigint")
        .addColumn("next_try_at", "bigint", (c) => c.notNull())
        .addColumn("tries", "integer", (c) => c.notNull())
        .addColumn("sent_at", "bigint")
        .addColumn("failed", "text")
        .execute();
      await sql`create index mail_waiting on mail (next_try_at) where sent_at is null and failed is null`.execute(db);
    },
  },
  "0004-outcomes": {
    async up(db) {
      await db.schema
        .createTable("outcome")
        .addColumn("conversation", "text", (c) => c.notNull())
        .addColumn("policy", "text", (c) => c.notNull())
        .addColumn("policy_version", "text", (c) => c.notNull())
        .addColumn("outcome", "text", (c) => c.notNull())
        .addColumn("at", "bigint", (c) => c.notNull())
        .execute();
      await db.schema.createIndex("outcome_at").on("outcome").column("at").execute();
    },
  },
  "0005-file-sets": {
    async up(db) {
      await db.schema
        .createTable("file_set")
        .addColumn("id", "text", (c) => c.primaryKey().notNull())
        .addColumn("at", "bigint", (c) => c.notNull())
        .addColumn("texts", "text", (c) => c.notNull())
        .execute();
      // No reference: that a set once was in force is known longer than its texts are kept.
      await db.schema
        .createTable("publication")
        .addColumn("n", "integer", (c) => c.primaryKey().notNull())
        .addColumn("at", "bigint", (c) => c.notNull())
        .addColumn("file_set", "text", (c) => c.notNull())
        .addColumn("instead_of", "text")
        .execute();
    },
  },
  "0006-effects-for-people": {
    async up(db) {
      // How many wait for a person is asked every few seconds, and must not depend on how much was ever done.
      await sql`create index effect_for_people on effect (created_at)
        where status = 'needs_person'`.execute(db);
    },
  },
  "0007-audit-and-webhooks": {
    async up(db) {
      await db.schema
        .createTable("audit")
        .addColumn("n", "integer", (c) => c.primaryKey().notNull())
        .addColumn("at", "bigint", (c) => c.notNull())
        .addColumn("kind", "text", (c) => c.notNull())
        .addColumn("body", "text", (c) => c.notNull())
        .addColumn("before", "text", (c) => c.notNull())
        .addColumn("hash", "text", (c) => c.notNull())
        .execute();
      await db.schema
        .createTable("audit_head")
        .addColumn("id", "integer", (c) => c.primaryKey().notNull())
        .addColumn("n", "integer", (c) => c.notNull())
        .addColumn("hash", "text", (c) => c.notNull())
        .execute();
      await sql`insert into audit_head (id, n, hash) values (1, 0, ${sql.lit("0".repeat(64))})`.execute(db);
      await db.schema
        .createTable("webhook")
        .addColumn("system", "text", (c) => c.notNull())
        .addColumn("id", "text", (c) => c.notNull())
        .addColumn("at", "bigint", (c) => c.notNull())
        .addPrimaryKeyConstraint("webhook_pk", ["system", "id"])
        .execute();
      await db.schema.createIndex("webhook_at").on("webhook").column("at").execute();
      // For the budget of codes in all, and so that a customer's conversations are found without reading all of them.
      await db.schema.createIndex("code_created").on("code").column("created_at").execute();
      await db.schema.createIndex("conversation_customer").on("conversation").column("customer_email").execute();
    },
  },
  "0008-nodes": {
    async up(db) {
      await db.schema
        .createTable("node")
        .addColumn("id", "text", (c) => c.primaryKey().notNull())
        .addColumn("until", "bigint", (c) => c.notNull())
        .execute();
      await db.schema
        .createTable("claim")
        .addColumn("subject", "text", (c) => c.primaryKey().notNull())
        .addColumn("node", "text", (c) => c.notNull())
        .addColumn("fence", "bigint", (c) => c.notNull())
        .execute();
      await db.schema
        .createTable("shared")
        .addColumn("name", "text", (c) => c.primaryKey().notNull())
        .addColumn("value", "text", (c) => c.notNull())
        .execute();
    },
  },
};

/** Whether a step, by the name that a database keeps of it, is known to this version. */
export function isKnownStep(name: string): boolean {
  return Object.hasOwn(steps, name);
}

/**
 * Brings the tables up to date; does nothing when they are.
 *
 * @throws {StoreUnavailable} `STORE_NEWER`: the database was written by a newer Aftersale
 */
export async function migrate<T>(db: Kysely<T>, place: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...steps }) } });
  const known = new Set(Object.keys(steps));
  const done = (await migrator.getMigrations()).filter((step) => step.executedAt !== undefined);
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (done.some((step) => !known.has(step.name)) || /previously executed migration .* is missing/.test(String(error))) {
    throw new StoreUnavailable(
      "STORE_NEWER",
      `${place}: written by a newer version of Aftersale. Start that version, or put back a backup made before the update.`,
      { cause: error },
    );
  }
  throw error;
}
