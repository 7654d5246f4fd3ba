/** An expression of a rule, as the file has it. */
export type RuleExpression = string;

/** Elements one after the other as the rule's expressions find them. */
interface Elements {
  readonly value: RuleExpression;
  /** Elements show under their keys. */
  readonly key?: RuleExpression;
}

/** How records of a type are shown; the README of this room describes the format for those who write rules. */
export interface PrinterRule {
  /** For the whole name of the type, template arguments included. */
  readonly type: string;
  /** Values with names, for the expressions that follow. */
  readonly where?: Readonly<Record<string, RuleExpression>>;
  /** The rule counts only where this is true. */
  readonly when?: RuleExpression;
  /** The line; expressions in braces are replaced by what they show. */
  readonly text?: string;
  /** What stands before elements in the line, instead of how many they are. */
  readonly prefix?: string;
  readonly shape?: RuleShape;
}

export type RuleShape =
  /** Shows as another value. */
  | { readonly kind: "value"; readonly value: RuleExpression }
  | { readonly kind: "string"; readonly start: RuleExpression; readonly length: RuleExpression }
  | { readonly kind: "array"; readonly start: RuleExpression; readonly count: RuleExpression }
  | ({ readonly kind: "items"; readonly count: RuleExpression } & Elements)
  | ({
      readonly kind: "list";
      readonly first: RuleExpression;
      readonly next: RuleExpression;
      readonly until?: RuleExpression;
      readonly count?: RuleExpression;
    } & Elements)
  | ({
      readonly kind: "tree";
      readonly root: RuleExpression;
      readonly left: RuleExpression;
      readonly right: RuleExpression;
      readonly until?: RuleExpression;
      readonly count?: RuleExpression;
    } & Elements)
  | ({
      readonly kind: "slots";
      readonly capacity: RuleExpression;
      readonly filled: RuleExpression;
      readonly count?: RuleExpression;
    } & Elements)
  | ({
      readonly kind: "chains";
      readonly buckets: RuleExpression;
      readonly first: RuleExpression;
      readonly next: RuleExpression;
      readonly until?: RuleExpression;
      readonly count?: RuleExpression;
    } & Elements)
  | { readonly kind: "members"; readonly members: readonly RuleMember[] };

export interface RuleMember {
  readonly name: string;
  readonly value: RuleExpression;
  /** Shown only where this is true. */
  readonly when?: RuleExpression;
}

/** A place of a printers file where something is wrong. */
export interface PrinterFault {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
