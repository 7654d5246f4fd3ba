import type { Heap } from "../../../heap";
import { queryFault } from "../faults";
import { isInstance } from "../instances";
import type { ScriptExpression, ScriptStatement } from "./ast";
import { CallFault } from "./callFault";
import { memberOf } from "./members";
import { methodOf } from "./methods";
import { elementAt } from "./objects";
import { callPattern, compilePattern } from "./patterns";
import {
  areSame,
  isHeapObject,
  isScriptList,
  isTruthy,
  numberOfScript,
  orderOf,
  ScriptFunction,
  ScriptPattern,
  ScriptRecord,
  type ScriptValue,
  textIfString,
  textOfScript,
} from "./values";
import type { ScriptWorld } from "./world";

/** Names and their values, those outside after those inside. */
export interface ScriptScope {
  readonly names: Map<string, ScriptValue>;
  readonly outside: ScriptScope | undefined;
  /** Calls inside each other. */
  readonly depth: number;
}

/** Functions that call each other deeper than this do not end. */
const deepestCalls = 40;

export function evaluateScript(world: ScriptWorld, node: ScriptExpression, scope: ScriptScope): ScriptValue {
  world.budget.step();
  const evaluated = (each: ScriptExpression) => evaluateScript(world, each, scope);
  switch (node.node) {
    case "literal":
      return node.value;
    case "pattern":
      return compilePattern(node.pattern, node.flags, node.at);
    case "name":
      return valueOfName(world, node, scope);
    case "member":
      return memberOf(world.heap, evaluated(node.of), node.name, node.at);
    case "index":
      return elementAt(world.heap, evaluated(node.of), evaluated(node.index), node.at);
    case "call":
      return callOf(world, node, scope);
    case "list":
      return node.items.map(evaluated);
    case "record":
      return new ScriptRecord(new Map(node.entries.map(([name, value]) => [name, evaluated(value)])));
    case "unary":
      return unary(world.heap, node.operator, evaluated(node.operand));
    case "binary":
      return binary(world, node, scope);
    case "conditional":
      return isTruthy(evaluated(node.condition)) ? evaluated(node.yes) : evaluated(node.no);
    case "function":
      return functionOf(world, node, scope);
  }
}

type NodeOf<Name extends ScriptExpression["node"]> = Extract<ScriptExpression, { node: Name }>;

function valueOfName(world: ScriptWorld, { name, at }: NodeOf<"name">, scope: ScriptScope): ScriptValue {
  for (let each: ScriptScope | undefined = scope; each !== undefined; each = each.outside) {
    if (each.names.has(name)) return each.names.get(name);
  }
  if (world.globals.has(name)) return world.globals.get(name);
  throw queryFault(`There is no ${name} here; functions are ${[...world.globals.keys()].join(", ")}`, at);
}

function callOf(
  world: ScriptWorld,
  { callee, parameters, at }: NodeOf<"call">,
  scope: ScriptScope,
): ScriptValue {
  const values = parameters.map((each) => evaluateScript(world, each, scope));
  if (callee.node === "member") {
    const of = evaluateScript(world, callee.of, scope);
    return located(() => methodOf(world, of, callee.name, values, callee.at), at);
  }
  const called = evaluateScript(world, callee, scope);
  if (called instanceof ScriptPattern) return callPattern(world.heap, called, values[0]);
  if (called instanceof ScriptFunction) return located(() => called.call(values), at);
  throw queryFault("This is not a function", at);
}

/** Faults of built-in functions do not know where they were called. */
function located(call: () => ScriptValue, at: number): ScriptValue {
  try {
    return call();
  } catch (error) {
    if (error instanceof CallFault) throw queryFault(error.message, at);
    throw error;
  }
}

function functionOf(world: ScriptWorld, node: NodeOf<"function">, outside: ScriptScope): ScriptFunction {
  return new ScriptFunction((values) => {
    const names = new Map(node.parameters.map((name, at) => [name, values[at]]));
    const scope: ScriptScope = { names, outside, depth: outside.depth + 1 };
    if (scope.depth > deepestCalls) throw queryFault("Functions call each other without end", node.at);
    if ("node" in node.body) return evaluateScript(world, node.body, scope);
    return runStatements(world, node.body, scope)?.value;
  });
}

/** @returns the value when a `return` ended them */
function runStatements(
  world: ScriptWorld,
  statements: readonly ScriptStatement[],
  scope: ScriptScope,
): { readonly value: ScriptValue } | undefined {
  for (const each of statements) {
    switch (each.statement) {
      case "return":
        return { value: each.value === null ? undefined : evaluateScript(world, each.value, scope) };
      case "let":
        scope.names.set(
          each.name,
          each.value === null ? undefined : evaluateScript(world, each.value, scope),
        );
        break;
      case "expression":
        evaluateScript(world, each.value, scope);
        break;
      case "if": {
        const chosen = isTruthy(evaluateScript(world, each.condition, scope)) ? each.yes : each.no;
        const ended = runStatements(world, chosen, scope);
        if (ended !== undefined) return ended;
      }
    }
  }
  return undefined;
}

function unary(heap: Heap, operator: NodeOf<"unary">["operator"], value: ScriptValue): ScriptValue {
  switch (operator) {
    case "!":
      return !isTruthy(value);
    case "-":
      return -numberOfScript(heap, value);
    case "+":
      return numberOfScript(heap, value);
    case "typeof":
      return value instanceof ScriptFunction
        ? "function"
        : value === null || typeof value === "object"
          ? "object"
          : typeof value === "bigint"
            ? "number"
            : typeof value;
  }
}

function binary(world: ScriptWorld, node: NodeOf<"binary">, scope: ScriptScope): ScriptValue {
  const { heap } = world;
  const { operator } = node;
  const left = evaluateScript(world, node.left, scope);
  if (operator === "&&") return isTruthy(left) ? evaluateScript(world, node.right, scope) : left;
  if (operator === "||") return isTruthy(left) ? left : evaluateScript(world, node.right, scope);
  const right = evaluateScript(world, node.right, scope);
  switch (operator) {
    case "==":
    case "===":
      return areSame(heap, left, right);
    case "!=":
    case "!==":
      return !areSame(heap, left, right);
    case "<":
      return orderOf(heap, left, right) === -1;
    case ">":
      return orderOf(heap, left, right) === 1;
    case "<=":
      return (orderOf(heap, left, right) ?? 1) <= 0;
    case ">=":
      return (orderOf(heap, left, right) ?? -1) >= 0;
    case "in":
      return right instanceof ScriptRecord && right.entries.has(textOfScript(heap, left));
    case "instanceof":
      return instanceOf(heap, left, right, node.at);
    case "+":
      return sumOf(heap, left, right);
    case "-":
      return numberOfScript(heap, left) - numberOfScript(heap, right);
    case "*":
      return numberOfScript(heap, left) * numberOfScript(heap, right);
    case "/":
      return numberOfScript(heap, left) / numberOfScript(heap, right);
    case "%":
      return numberOfScript(heap, left) % numberOfScript(heap, right);
  }
}

function sumOf(heap: Heap, left: ScriptValue, right: ScriptValue): ScriptValue {
  if (isTextual(heap, left) || isTextual(heap, right))
    return textOfScript(heap, left) + textOfScript(heap, right);
  return numberOfScript(heap, left) + numberOfScript(heap, right);
}

/** Texts, and objects that have no number. */
function isTextual(heap: Heap, value: ScriptValue): boolean {
  if (typeof value === "string" || isScriptList(value) || value instanceof ScriptRecord) return true;
  if (!isHeapObject(value)) return false;
  return textIfString(heap, value) !== undefined || Number.isNaN(numberOfScript(heap, value));
}

function instanceOf(heap: Heap, value: ScriptValue, type: ScriptValue, at: number): boolean {
  const meant = isHeapObject(type) ? heap.classOfClassObject(type.object) : undefined;
  if (meant === undefined)
    throw queryFault('Write the class behind instanceof: heap.findClass("java.util.Vector")', at);
  return isHeapObject(value) && isInstance(heap, value, heap.classes.nameOf(meant));
}
