import type { TextOffset } from "../ast";

export type ScriptOperator =
  | ("+" | "-" | "*" | "/" | "%")
  | ("==" | "!=" | "===" | "!==" | "<" | ">" | "<=" | ">=")
  | ("&&" | "||" | "in" | "instanceof");

export type ScriptExpression =
  | {
      readonly node: "literal";
      readonly value: string | number | boolean | null | undefined;
      readonly at: TextOffset;
    }
  | { readonly node: "pattern"; readonly pattern: string; readonly flags: string; readonly at: TextOffset }
  | { readonly node: "name"; readonly name: string; readonly at: TextOffset }
  | {
      readonly node: "member";
      readonly of: ScriptExpression;
      readonly name: string;
      readonly at: TextOffset;
    }
  | {
      readonly node: "index";
      readonly of: ScriptExpression;
      readonly index: ScriptExpression;
      readonly at: TextOffset;
    }
  | {
      readonly node: "call";
      readonly callee: ScriptExpression;
      readonly parameters: readonly ScriptExpression[];
      readonly at: TextOffset;
    }
  | { readonly node: "list"; readonly items: readonly ScriptExpression[]; readonly at: TextOffset }
  | {
      readonly node: "record";
      readonly entries: readonly (readonly [name: string, value: ScriptExpression])[];
      readonly at: TextOffset;
    }
  | {
      readonly node: "unary";
      readonly operator: "!" | "-" | "+" | "typeof";
      readonly operand: ScriptExpression;
      readonly at: TextOffset;
    }
  | {
      readonly node: "binary";
      readonly operator: ScriptOperator;
      readonly left: ScriptExpression;
      readonly right: ScriptExpression;
      readonly at: TextOffset;
    }
  | {
      readonly node: "conditional";
      readonly condition: ScriptExpression;
      readonly yes: ScriptExpression;
      readonly no: ScriptExpression;
      readonly at: TextOffset;
    }
  | {
      readonly node: "function";
      readonly parameters: readonly string[];
      readonly body: ScriptExpression | readonly ScriptStatement[];
      readonly at: TextOffset;
    };

export type ScriptStatement =
  | { readonly statement: "return"; readonly value: ScriptExpression | null }
  | { readonly statement: "let"; readonly name: string; readonly value: ScriptExpression | null }
  | {
      readonly statement: "if";
      readonly condition: ScriptExpression;
      readonly yes: readonly ScriptStatement[];
      readonly no: readonly ScriptStatement[];
    }
  | { readonly statement: "expression"; readonly value: ScriptExpression };

/** `select expression [from [instanceof] class name [where expression]]`, or an expression by itself. */
export interface Script {
  readonly select: ScriptExpression;
  readonly from: ScriptSource | null;
}

export interface ScriptSource {
  readonly className: string;
  readonly at: TextOffset;
  readonly instanceOf: boolean;
  readonly alias: string;
  readonly where: ScriptExpression | null;
}
