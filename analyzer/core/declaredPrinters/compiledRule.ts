import { regularExpression, type TextPattern } from "../../base/patterns";
import type { PrinterRule } from "./printerRule";

/** A rule with what tells the types it is for. */
export interface CompiledRule {
  readonly matches: TextPattern;
  readonly rule: PrinterRule;
}

export function compiled(rules: readonly PrinterRule[]): CompiledRule[] {
  return rules.map((rule) => ({ rule, matches: regularExpression(rule.type) }));
}
