import type { Tx } from "./tables.js";

/** How one run of a policy ended. */
export interface Outcome {
  readonly conversation: string;
  readonly policy: string;
  readonly policyVersion: string;
  readonly outcome: string;
  readonly at: number;
}

export interface OutcomeCount {
  readonly policy: string;
  readonly policyVersion: string;
  readonly outcome: string;
  readonly count: number;
}

export async function recordOutcome(tx: Tx, outcome: Outcome): Promise<void> {
  await tx
    .insertInto("outcome")
    .values({
      conversation: outcome.conversation,
      policy: outcome.policy,
      policy_version: outcome.policyVersion,
      outcome: outcome.outcome,
      at: outcome.at,
    })
    .execute();
}

/** Outcomes at `since` (milliseconds since 1970) or later, by policy, version and outcome, in that order. */
export async function countOutcomes(tx: Tx, { since }: { readonly since: number }): Promise<OutcomeCount[]> {
  const rows = await tx
    .selectFrom("outcome")
    .select(["policy", "policy_version", "outcome", (eb) => eb.fn.countAll<number>().as("count")])
    .where("at", ">=", since)
    .groupBy(["policy", "policy_version", "outcome"])
    .orderBy("policy")
    .orderBy("policy_version")
    .orderBy("outcome")
    .execute();
  return rows.map((row) => ({
    policy: row.policy,
    policyVersion: row.policy_version,
    outcome: row.outcome,
    count: Number(row.count),
  }));
}
