/** A rule file after loading: checked, typed, and ready to be asked. */
import type { Kind } from "./kinds.js";
import type { OperatorName } from "./operators.js";
import type { Path } from "./path.js";
import type { Reading } from "./values.js";

/** Something that conditions read: a fact, or a part of one. */
export interface Operand {
  /** `order.status`; unique in the rule set. */
  readonly key: string;
  readonly fact: string;
  readonly path: Path;
  /** As written in the file; absent for a whole fact. */
  readonly pathText?: string;
  readonly kind: Kind;
}

export interface Leaf {
  /** Place among all conditions of the rule set. */
  readonly index: number;
  readonly operand: Operand;
  readonly operator: OperatorName;
  /** A fixed value, another operand, or nothing (`isEmpty`). */
  readonly bound?: { readonly literal: Reading } | { readonly operand: Operand };
  readonly tell: boolean;
}

export type Node =
  | { readonly type: "leaf"; readonly leaf: Leaf }
  | { readonly type: "all" | "any"; readonly of: readonly Node[] }
  | { readonly type: "not"; readonly of: Node };

export interface RuleEvent {
  readonly type: string;
  readonly params?: Readonly<Record<string, string | number | boolean | null>>;
}

export interface Rule {
  readonly name: string;
  readonly when: Node;
  readonly leaves: readonly Leaf[];
  readonly event: RuleEvent;
  readonly priority: number;
  /** Where it stands in the file, from 0. */
  readonly index: number;
  readonly hasPriority: boolean;
}

export interface RuleSet {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  /** Every event that a rule names, without `otherwise` and `unknown`. */
  readonly events: readonly string[];
  /** The facts that have to be handed in, `now` and `today` excepted. */
  readonly facts: readonly string[];
  /** In the order in which they are asked: by priority, then as in the file. */
  readonly rules: readonly Rule[];
  readonly leaves: readonly Leaf[];
  readonly operands: readonly Operand[];
}
