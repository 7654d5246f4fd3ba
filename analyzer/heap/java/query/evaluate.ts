import { type TextPattern, wildcardPattern } from "../../../base/patterns";
import type { Heap, ObjectIndex } from "../../heap";
import type { BinaryOperator, Expression, Query, TextOffset } from "./ast";
import { elementOf, elementRange } from "./elements";
import { patternAt, queryFault } from "./faults";
import { aggregates, attributes, functions, listMembers, objectMethods, textMethods } from "./functions";
import { isInstance } from "./instances";
import { isOfModel } from "./model";
import {
  compareValues,
  fromField,
  isList,
  isObjectValue,
  isTrue,
  numberOf,
  type QueryValue,
  textOf,
} from "./values";

/** Tells the objects there are for a query from those it leaves out. */
export type Sees = (object: ObjectIndex) => boolean;

export const seesAll: Sees = () => true;

/** Where an expression is evaluated: at one object of the source. */
export interface Scope {
  readonly heap: Heap;
  readonly object: ObjectIndex;
  readonly alias: string | null;
  /** Values of `IN (SELECT …)`, worked out once. */
  readonly subqueries: ReadonlyMap<Query, ReadonlySet<ObjectIndex>>;
  readonly sees: Sees;
}

/** @throws ExhumeError `invalid` with the column for what makes no sense for any object. */
export function evaluate(expression: Expression, scope: Scope): QueryValue {
  const { heap } = scope;
  switch (expression.node) {
    case "literal":
      return expression.value;
    case "name":
      if (expression.name === scope.alias || expression.name === "this") return { object: scope.object };
      return fieldOf(heap, { object: scope.object }, expression.name);
    case "field":
      return fieldOf(heap, evaluate(expression.of, scope), expression.name);
    case "attribute":
      return attributeOf(scope, expression);
    case "element":
      return elementOf(heap, evaluate(expression.of, scope), evaluate(expression.index, scope));
    case "call":
      return callOf(scope, expression);
    case "not":
      return !isTrue(evaluate(expression.operand, scope));
    case "negative": {
      const number = numberOf(heap, evaluate(expression.operand, scope));
      return number === undefined ? null : -number;
    }
    case "binary":
      return binary(scope, expression);
    case "in":
      return isIn(scope, expression) !== expression.negated;
    case "instanceof":
      return isInstance(heap, evaluate(expression.operand, scope), expression.className);
    case "implements":
      return isOfModel(heap, evaluate(expression.operand, scope), expression.model, expression.at);
    case "range":
      return elementRange(
        heap,
        evaluate(expression.of, scope),
        evaluate(expression.first, scope),
        evaluate(expression.last, scope),
      );
  }
}

type NodeOf<Name extends Expression["node"]> = Extract<Expression, { node: Name }>;

function fieldOf(heap: Heap, of: QueryValue, name: string): QueryValue {
  if (of === null || !isObjectValue(of))
    return (typeof of === "string" || isList(of)) && name === "length" ? of.length : null;
  const { object } = of;
  const type = heap.classOfClassObject(object);
  const value =
    type === undefined
      ? heap.fieldOf(object, name)
      : heap.classes.staticFieldsOf(type).find((field) => field.name === name)?.value;
  if (value !== undefined) return fromField(heap, value);
  return attributes[name]?.(heap, object) ?? null;
}

function attributeOf(scope: Scope, { of, name, at }: NodeOf<"attribute">): QueryValue {
  const attribute = attributes[name];
  if (attribute === undefined) {
    throw queryFault(`There is no attribute @${name}; there are ${Object.keys(attributes).join(", ")}`, at);
  }
  const value: QueryValue = of === null ? { object: scope.object } : evaluate(of, scope);
  if (isList(value)) return name === "length" || name === "size" ? value.length : null;
  if (name === "numberOfObjects" && scope.sees !== seesAll) return countSeen(scope, value);
  return value !== null && isObjectValue(value) ? attribute(scope.heap, value.object) : null;
}

function callOf(scope: Scope, { of, name, parameters, at }: NodeOf<"call">): QueryValue {
  const { heap } = scope;
  const values = parameters.map((parameter) => evaluate(parameter, scope));
  if (of === null) {
    const called = functions[name.toLowerCase()];
    if (called === undefined) {
      if (aggregates.has(name.toLowerCase()))
        throw queryFault(`${name}() stands in the SELECT list only`, at);
      throw queryFault(`There is no function ${name}; there are ${Object.keys(functions).join(", ")}`, at);
    }
    if (values.length !== called.parameters) {
      throw queryFault(`${name}() takes ${called.parameters} parameter, not ${values.length}`, at);
    }
    return withoutUnseen(called.call(heap, values), scope.sees);
  }
  return methodOf(heap, evaluate(of, scope), name, values, at);
}

/** Objects of the class that a class object is, without those the query leaves out. */
function countSeen({ heap, sees }: Scope, value: QueryValue): QueryValue {
  const type = value !== null && isObjectValue(value) ? heap.classOfClassObject(value.object) : undefined;
  if (type === undefined) return null;
  let count = 0;
  heap.forEachInstance(type, (object) => {
    if (sees(object)) count++;
    return true;
  });
  return count;
}

/** Referrers may be objects that the query leaves out. */
function withoutUnseen(value: QueryValue, sees: Sees): QueryValue {
  if (!isList(value)) return value;
  return value.filter((each) => each === null || !isObjectValue(each) || sees(each.object));
}

function methodOf(
  heap: Heap,
  of: QueryValue,
  name: string,
  values: readonly QueryValue[],
  at: TextOffset,
): QueryValue {
  const onText = Object.hasOwn(textMethods, name) ? textMethods[name] : undefined;
  const onObject = Object.hasOwn(objectMethods, name) ? objectMethods[name] : undefined;
  if (name !== "matches" && name !== "get" && onText === undefined && onObject === undefined) {
    const known = [...Object.keys(textMethods), "matches", "get", ...Object.keys(objectMethods)];
    throw queryFault(`There is no method ${name}; a dump runs no code, it knows ${known.join(", ")}`, at);
  }
  if (of === null) return null;
  if (name === "get") return elementOf(heap, of, values[0] ?? null);
  if (isList(of)) {
    const onList = Object.hasOwn(listMembers, name) ? listMembers[name] : undefined;
    if (onList !== undefined) return onList(of);
  }
  const isText =
    typeof of === "string" || (isObjectValue(of) && heap.classNameOf(of.object) === "java.lang.String");
  if (onObject !== undefined && isObjectValue(of) && !(isText && onText !== undefined))
    return onObject(heap, of.object);
  const text = textOf(heap, of);
  if (name === "matches") return patternOf(textOf(heap, values[0] ?? null), at)(text);
  // A number that is looked for is a character, as in Java.
  const isCharacter = (value: QueryValue) => name === "indexOf" && typeof value === "number";
  const parameters = values.map((value) =>
    isCharacter(value) ? String.fromCharCode(Number(value)) : textOf(heap, value),
  );
  return onText?.(text, parameters) ?? null;
}

function binary(scope: Scope, { operator, left, right, at }: NodeOf<"binary">): QueryValue {
  const { heap } = scope;
  const a = evaluate(left, scope);
  if (operator === "and") return isTrue(a) && isTrue(evaluate(right, scope));
  if (operator === "or") return isTrue(a) || isTrue(evaluate(right, scope));
  const b = evaluate(right, scope);
  switch (operator) {
    case "=":
      return areEqual(heap, a, b);
    case "!=":
      return !areEqual(heap, a, b);
    case "like":
    case "not like":
      if (a === null) return false;
      return patternOf(textOf(heap, b), at)(textOf(heap, a)) === (operator === "like");
    case "<":
    case ">":
    case "<=":
    case ">=":
      return inOrder(operator, compareValues(heap, a, b));
    default:
      return calculate(heap, operator, a, b);
  }
}

function areEqual(heap: Heap, a: QueryValue, b: QueryValue): boolean {
  return compareValues(heap, a, b) === 0;
}

function inOrder(operator: "<" | ">" | "<=" | ">=", order: number | undefined): boolean {
  if (order === undefined) return false;
  switch (operator) {
    case "<":
      return order < 0;
    case ">":
      return order > 0;
    case "<=":
      return order <= 0;
    case ">=":
      return order >= 0;
  }
}

function calculate(heap: Heap, operator: BinaryOperator, a: QueryValue, b: QueryValue): QueryValue {
  if (operator === "+" && (typeof a === "string" || typeof b === "string"))
    return textOf(heap, a) + textOf(heap, b);
  const left = numberOf(heap, a);
  const right = numberOf(heap, b);
  if (left === undefined || right === undefined) return null;
  const x = Number(left);
  const y = Number(right);
  switch (operator) {
    case "+":
      return x + y;
    case "-":
      return x - y;
    case "*":
      return x * y;
    case "/":
      return y === 0 ? null : x / y;
    case "%":
      return y === 0 ? null : x % y;
    default:
      return null;
  }
}

const patterns = new Map<string, TextPattern>();

/** A regular expression for the whole text, as MAT's LIKE has it; `%` alone stands for anything, as in SQL. */
function patternOf(source: string, at: TextOffset): TextPattern {
  let pattern = patterns.get(source);
  if (pattern !== undefined) return pattern;
  const asSql = source.includes("%") && !/[\\^$.*+?()[\]{}|]/.test(source);
  pattern = asSql ? wildcardPattern(source, "%") : patternAt(source, at);
  if (patterns.size > 100) patterns.clear();
  patterns.set(source, pattern);
  return pattern;
}

function isIn(scope: Scope, { operand, values }: NodeOf<"in">): boolean {
  const value = evaluate(operand, scope);
  if (!Array.isArray(values)) {
    const objects = scope.subqueries.get(values as Query);
    return value !== null && isObjectValue(value) && objects?.has(value.object) === true;
  }
  return values.some((each: Expression) => {
    const candidate = evaluate(each, scope);
    if (isList(candidate)) return candidate.some((one) => areEqual(scope.heap, value, one));
    return areEqual(scope.heap, value, candidate);
  });
}
