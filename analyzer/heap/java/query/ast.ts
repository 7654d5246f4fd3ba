/** Position in the query text, from 0. */
export type TextOffset = number;

export type BinaryOperator =
  | "="
  | "!="
  | "<"
  | ">"
  | "<="
  | ">="
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "like"
  | "not like"
  | "and"
  | "or";

export type Expression =
  | {
      readonly node: "literal";
      readonly value: string | number | bigint | boolean | null;
      readonly at: TextOffset;
    }
  /** A name by itself: the alias, or a field of the object the query is at. */
  | { readonly node: "name"; readonly name: string; readonly at: TextOffset }
  /** `x.field` */
  | { readonly node: "field"; readonly of: Expression; readonly name: string; readonly at: TextOffset }
  /** `x.@retainedHeapSize`; without `of` the object the query is at. */
  | {
      readonly node: "attribute";
      readonly of: Expression | null;
      readonly name: string;
      readonly at: TextOffset;
    }
  /** `x[3]` */
  | { readonly node: "element"; readonly of: Expression; readonly index: Expression; readonly at: TextOffset }
  /** `x[0:-1]`, both ends included; negative ones count from the end. */
  | {
      readonly node: "range";
      readonly of: Expression;
      readonly first: Expression;
      readonly last: Expression;
      readonly at: TextOffset;
    }
  /** `sizeof(x)`, and `x.startsWith("a")` with `of`. */
  | {
      readonly node: "call";
      readonly of: Expression | null;
      readonly name: string;
      readonly parameters: readonly Expression[];
      readonly at: TextOffset;
    }
  | { readonly node: "not"; readonly operand: Expression; readonly at: TextOffset }
  | { readonly node: "negative"; readonly operand: Expression; readonly at: TextOffset }
  | {
      readonly node: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: TextOffset;
    }
  | {
      readonly node: "in";
      readonly operand: Expression;
      readonly values: readonly Expression[] | Query;
      readonly negated: boolean;
      readonly at: TextOffset;
    }
  | {
      readonly node: "instanceof";
      readonly operand: Expression;
      readonly className: string;
      readonly at: TextOffset;
    }
  /** `x implements …IClass`: what MAT's own model makes of an object. */
  | {
      readonly node: "implements";
      readonly operand: Expression;
      readonly model: string;
      readonly at: TextOffset;
    };

export interface SelectItem {
  readonly expression: Expression;
  /** Name of the column. */
  readonly name: string;
}

export type Source =
  /** A class by name; `*` for any part of it. */
  | { readonly source: "class"; readonly name: string; readonly at: TextOffset }
  /** Classes whose whole name matches a regular expression. */
  | { readonly source: "pattern"; readonly pattern: string; readonly at: TextOffset }
  /** Addresses, and numbers of objects as `@objectId` gives them. */
  | {
      readonly source: "objects";
      readonly ids: readonly { readonly address: bigint | undefined; readonly number: number }[];
      readonly at: TextOffset;
    }
  | { readonly source: "query"; readonly query: Query };

export interface Query {
  readonly distinct: boolean;
  /** `AS RETAINED SET`: what the selected objects retain instead of themselves. */
  readonly retainedSet: boolean;
  /** `SELECT OBJECTS expression`: the objects the expression yields become the rows. */
  readonly objects: boolean;
  /** Empty for `*`. */
  readonly select: readonly SelectItem[];
  readonly instanceOf: boolean;
  /** `FROM OBJECTS …`: class objects themselves, where without it they stand for their instances. */
  readonly classObjects: boolean;
  readonly from: Source;
  readonly alias: string | null;
  readonly where: Expression | null;
  readonly groupBy: readonly Expression[];
  readonly orderBy: readonly { readonly expression: Expression; readonly descending: boolean }[];
  readonly limit: number | null;
  readonly union: readonly Query[];
}
