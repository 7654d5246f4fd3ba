import { byteSizeOf, strippedType } from "../../formats/dwarf/types";
import { dereferenced } from "../values/partValues";
import { present } from "../values/present";
import { mostElements } from "../values/printers/printer";
import { lettersAt, sameAs } from "../values/printers/standardValues";
import type { Children, Printed, ProcessView, ValuePart } from "../values/processView";
import { isMissing } from "../values/storage";
import type { TypedValue } from "../values/typedValue";
import { arrayAt, listOf } from "../values/valueParts";
import type { PrinterRule, RuleMember, RuleShape } from "./printerRule";
import { nodesOf } from "./ruleNodes";
import { RuleScope } from "./ruleScope";
import type { WorkBudget } from "./workBudget";

/** What a rule makes of a value; undefined when it does not fit. */
export function printedBy(
  rule: PrinterRule,
  value: TypedValue,
  process: ProcessView,
  level: number,
  budget: WorkBudget,
): Printed | undefined {
  const scope = new RuleScope(value, process, budget);
  for (const [name, expression] of Object.entries(rule.where ?? {}))
    scope.define(name, scope.evaluate(expression));
  if (rule.when !== undefined && !isTrue(scope, rule.when)) return undefined;
  const shown = rule.shape === undefined ? {} : shapeOf(rule.shape, scope, process, level);
  if (shown === undefined) return undefined;
  return {
    ...shown,
    ...(rule.text !== undefined && { text: lineOf(rule.text, scope, process) }),
    ...(rule.prefix !== undefined && { prefix: lineOf(rule.prefix, scope, process)(0) }),
  };
}

/** `{width} × {height}`: expressions are evaluated when the line is written. */
function lineOf(template: string, scope: RuleScope, process: ProcessView): (depth: number) => string {
  return (depth) =>
    template.replace(/\{([^{}]*)\}/g, (_, expression: string) => {
      const value = scope.evaluate(expression);
      // Where a text stands says nothing in a line made for reading.
      return value === undefined
        ? "?"
        : present(value, process, depth).text.replace(/^0x[0-9a-f]+ (?=")/, "");
    });
}

function isTrue(scope: RuleScope, expression: string): boolean {
  const number = scope.number(expression);
  return number !== undefined && number !== 0n;
}

function countOf(scope: RuleScope, expression: string): number | undefined {
  const number = scope.number(expression);
  return number === undefined || number < 0n || number > 1n << 40n ? undefined : Number(number);
}

function shapeOf(
  shape: RuleShape,
  scope: RuleScope,
  process: ProcessView,
  level: number,
): Printed | undefined {
  switch (shape.kind) {
    case "value": {
      const value = scope.evaluate(shape.value);
      return value && sameAs(value, process, level);
    }
    case "string":
    case "array":
      return stretchOf(shape, scope, process);
    case "members":
      return { children: listOf(shape.members.flatMap((member) => memberOf(member, scope))) };
    case "items": {
      const count = countOf(scope, shape.count);
      if (count === undefined) return undefined;
      const elementAt = (index: number) => elementOf(shape, scope, "$index", scope.indexValue(index), index);
      return sequence(count, shape.key !== undefined, (start, wanted) =>
        Array.from({ length: Math.max(0, Math.min(count - start, wanted)) }, (_, at) =>
          elementAt(start + at),
        ),
      );
    }
    default:
      return chainOf(shape, scope);
  }
}

function stretchOf(
  shape: RuleShape & { kind: "string" | "array" },
  scope: RuleScope,
  process: ProcessView,
): Printed | undefined {
  const start = scope.evaluate(shape.start);
  const count = countOf(scope, shape.kind === "string" ? shape.length : shape.count);
  const type = start && strippedType(start.type);
  if (start === undefined || count === undefined || type === undefined) return undefined;
  const element =
    type.kind === "pointer" ? type.target() : type.kind === "array" ? type.element() : undefined;
  const pointed = type.kind === "pointer" ? dereferenced(start, process) : start;
  const address = isMissing(pointed) ? undefined : pointed.storage.address;
  if (element === undefined || address === undefined) return undefined;
  if (shape.kind === "string") return lettersAt(element, address, count, process);
  if (!byteSizeOf(process.completeType(element))) return undefined;
  return { prefix: `size ${count} `, children: arrayAt(element, address, count, process) };
}

function memberOf({ name, value, when }: RuleMember, scope: RuleScope): ValuePart[] {
  if (when !== undefined && !isTrue(scope, when)) return [];
  const found = scope.evaluate(value);
  return found === undefined ? [] : [{ name, value: found }];
}

/** Elements that lie somewhere each: as far as they are looked at. */
function chainOf(
  shape: RuleShape & { kind: "list" | "tree" | "slots" | "chains" },
  scope: RuleScope,
): Printed | undefined {
  const nodes = nodesOf(shape, scope);
  if (nodes === undefined) return undefined;
  const told = shape.count === undefined ? undefined : countOf(scope, shape.count);
  if (shape.count !== undefined && told === undefined) return undefined;
  const found: TypedValue[] = [];
  const followTo = (end: number) => {
    while (found.length < end) {
      const next = nodes.next();
      if (next.done) break;
      found.push(next.value);
    }
  };
  if (told === undefined) followTo(mostElements);
  const count = Math.min(told ?? found.length, mostElements);
  const name = shape.kind === "slots" ? "$index" : "$node";
  return sequence(count, shape.key !== undefined, (start, wanted) => {
    followTo(Math.min(count, start + wanted));
    return found
      .slice(start, Math.min(count, start + wanted))
      .map((node, at) => elementOf(shape, scope, name, node, start + at));
  });
}

function sequence(count: number, hasKeys: boolean, page: Children["page"]): Printed {
  return { prefix: `size ${count} `, children: { count, isIndexed: !hasKeys, page } };
}

const unknown: TypedValue = {
  type: { kind: "unknown", name: "?", byteSize: 1 },
  storage: { read: () => ({ missing: "absent", why: "the printer's rule finds no value here" }) },
};

function elementOf(
  { value, key }: { readonly value: string; readonly key?: string },
  scope: RuleScope,
  name: "$index" | "$node",
  at: TypedValue,
  index: number,
): ValuePart {
  scope.define(name, at);
  const found = key === undefined ? undefined : scope.evaluate(key);
  return {
    name: `[${index}]`,
    ...(found !== undefined && { key: found }),
    value: scope.evaluate(value) ?? unknown,
  };
}
