import { ExhumeError } from "../../base/errors";
import type { Missing } from "../../formats/dwarf/expressions/missing";
import {
  byteSizeOf,
  type DebugType,
  type RecordType,
  strippedType,
  typeName,
} from "../../formats/dwarf/types";
import { computedValue, dereferenced, elementValue, valueAt } from "../values/partValues";
import { present as presentation } from "../values/present";
import { complexParts, readFloat, readInteger } from "../values/readValue";
import { activeVariant, findMember } from "../values/records";
import { bytesStorage, isMissing, missingStorage } from "../values/storage";
import { quoted } from "../values/text";
import type { TypedValue } from "../values/typedValue";
import { partsOf } from "../values/valueParts";
import {
  boolType,
  charType,
  commonType,
  doubleType,
  intType,
  isFloatType,
  longType,
  promoted,
  unsignedLongType,
  untypedData,
} from "./numberTypes";
import type { ExpressionScope } from "./scope";
import { parseExpression, type Syntax, type TypeSyntax } from "./syntax";
import { invalid } from "./tokens";

/** Of a map, looked through for a key; more would keep the one who asks waiting. */
const mostEntries = 1 << 18;
const entriesAtOnce = 4096;
/** Classes derived from each other; only damage goes deeper. */
const deepestBase = 8;

/** An operand is not known; the whole is then not known for the same reason. */
class OperandMissing extends Error {
  constructor(readonly missing: Missing) {
    super(missing.why);
  }
}

/**
 * Evaluates an expression without running anything. A value that cannot be shown comes back as one whose reading says
 * why. @throws ExhumeError `invalid` with the column, `notFound` for unknown names, `refused` for what would change
 * the process
 */
export function evaluateExpression(text: string, scope: ExpressionScope): TypedValue {
  const value = evaluateParsed(parsedIn(text, scope), scope);
  if (value.type === untypedData) throw invalid(withoutType(text), 0);
  return value;
}

/** @throws ExhumeError `invalid` with the column */
export function parsedIn(text: string, scope: ExpressionScope): Syntax {
  return parseExpression(text, {
    isType: (name) => scope.typeOf(name) !== undefined && scope.valueOf(name) === undefined,
    hasType: (name) => scope.typeOf(name) !== undefined,
  });
}

/** What {@link evaluateExpression} does once an expression is parsed. */
export function evaluateParsed(syntax: Syntax, scope: ExpressionScope): TypedValue {
  try {
    return evaluate(syntax, scope);
  } catch (thrown) {
    if (!(thrown instanceof OperandMissing)) throw thrown;
    return { type: { kind: "unknown", name: "?", byteSize: 1 }, storage: missingStorage(thrown.missing) };
  }
}

function withoutType(name: string): string {
  return `There is no debug information about ${name}: cast it to its type, as in (int) ${name}`;
}

function evaluate(syntax: Syntax, scope: ExpressionScope): TypedValue {
  switch (syntax.kind) {
    case "integer":
      return integerLiteral(syntax.value, syntax.suffix);
    case "float":
      return floatValue(syntax.value);
    case "character":
      return computedValue(charType, syntax.value);
    case "name":
      return nameValue(syntax.name, scope);
    case "register": {
      const found = scope.registerOf(syntax.name);
      if (found === undefined) throw notFound(`a register $${syntax.name}`);
      return found;
    }
    case "unary":
      return unary(syntax.operator, syntax.operand, scope, syntax.at);
    case "binary":
      return binary(syntax.operator, syntax.left, syntax.right, scope, syntax.at);
    case "choice":
      return evaluate(
        isTrue(evaluate(syntax.test, scope), syntax.at) ? syntax.then : syntax.otherwise,
        scope,
      );
    case "member":
      return member(evaluate(syntax.object, scope), syntax.name, scope, syntax.at);
    case "index":
      return syntax.index.kind === "text"
        ? entryWithText(evaluate(syntax.object, scope), syntax.index.text, scope, syntax.at)
        : indexed(evaluate(syntax.object, scope), evaluate(syntax.index, scope), scope, syntax.at);
    case "text":
      throw invalid("A text is only understood as the key of a map", syntax.at);
    case "cast":
      return cast(evaluate(syntax.operand, scope), typeBy(syntax.type, scope), scope, syntax.at);
    case "sizeOfType":
      return sizeOf(typeBy(syntax.type, scope), scope, syntax.at);
    case "sizeOf":
      return sizeOf(evaluate(syntax.operand, scope).type, scope, syntax.at);
  }
}

function notFound(what: string): ExhumeError {
  return new ExhumeError({ code: "notFound", what });
}

function integerLiteral(value: bigint, suffix: string): TypedValue {
  if (suffix.includes("u")) return computedValue(unsignedLongType, value);
  if (value >= 1n << 63n) return computedValue(unsignedLongType, value);
  return computedValue(suffix.includes("l") || value >= 1n << 31n ? longType : intType, value);
}

function floatValue(value: number): TypedValue {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return { type: doubleType, storage: bytesStorage(bytes) };
}

function nameValue(name: string, scope: ExpressionScope): TypedValue {
  if (name === "true" || name === "false") return computedValue(boolType, name === "true" ? 1n : 0n);
  if (name === "nullptr" || name === "NULL") return computedValue(pointerTo({ kind: "void" }, scope), 0n);
  const found = scope.valueOf(name);
  if (found === undefined) throw notFound(`'${name}' in this frame or among the globals`);
  return found;
}

function pointerTo(target: DebugType, scope: ExpressionScope): DebugType {
  return { kind: "pointer", symbol: "*", byteSize: scope.view.pointerBytes, target: () => target };
}

function typeBy({ name, pointers, counts }: TypeSyntax, scope: ExpressionScope): DebugType {
  let type = scope.typeOf(name);
  if (type === undefined) throw notFound(`a type '${name}'`);
  for (let level = 0; level < pointers; level++) type = pointerTo(type, scope);
  const element = type;
  return counts.length === 0 ? type : { kind: "array", element: () => element, counts };
}

/** References stand for what they refer to. */
function referenced(value: TypedValue, scope: ExpressionScope): TypedValue {
  const type = strippedType(value.type);
  if (type.kind !== "pointer" || type.symbol === "*") return value;
  return present(dereferenced(value, scope.view));
}

function present<T extends object | bigint | number>(found: T | Missing): T {
  if (isMissing(found)) throw new OperandMissing(found);
  return found as T;
}

function integerOfValue(value: TypedValue, at: number): bigint {
  const integer = readInteger(value);
  if (integer === undefined) throw invalid(`A value of type ${typeName(value.type)} is not a number`, at);
  return present(integer);
}

function numberOfValue(value: TypedValue, at: number): number {
  const float = readFloat(value);
  return float === undefined ? Number(integerOfValue(value, at)) : present(float);
}

function isTrue(value: TypedValue, at: number): boolean {
  return isFloatType(value.type) ? numberOfValue(value, at) !== 0 : integerOfValue(value, at) !== 0n;
}

function unary(operator: string, operand: Syntax, scope: ExpressionScope, at: number): TypedValue {
  const value = referenced(evaluate(operand, scope), scope);
  switch (operator) {
    case "&":
      return addressOf(value, scope, at);
    case "*":
      return pointee(value, scope, at);
    case "real":
    case "imag": {
      const parts = complexParts(value);
      if (parts === undefined) return operator === "real" ? value : computedValue(value.type, 0n);
      return parts[operator === "real" ? 0 : 1];
    }
    case "!":
      return computedValue(boolType, isTrue(value, at) ? 0n : 1n);
    case "~":
      return computedValue(promoted(value.type), ~integerOfValue(value, at));
    case "-":
      return isFloatType(value.type)
        ? floatValue(-numberOfValue(value, at))
        : computedValue(promoted(value.type), -integerOfValue(value, at));
    default:
      return isFloatType(value.type) ? value : computedValue(promoted(value.type), integerOfValue(value, at));
  }
}

function addressOf(value: TypedValue, scope: ExpressionScope, at: number): TypedValue {
  const { address } = value.storage;
  if (value.bits !== undefined) throw invalid("A bit field has no address", at);
  if (address === undefined) throw invalid("The value is not in memory: it has no address", at);
  return computedValue(pointerTo(value.type, scope), address);
}

function pointee(value: TypedValue, scope: ExpressionScope, at: number): TypedValue {
  const type = strippedType(value.type);
  if (type.kind === "array") return elementValue(value, 0);
  if (type.kind === "function") return value;
  const held = heldBy(value, scope);
  if (held !== undefined) return held;
  if (type.kind !== "pointer") throw invalid(`A value of type ${typeName(value.type)} points to nothing`, at);
  if (strippedType(type.target()).kind === "void")
    throw invalid("What a void pointer points to has no type: cast it first", at);
  return present(dereferenced(value, scope.view));
}

/** What a smart pointer or an optional of a library holds, as its printer knows. */
function heldBy(value: TypedValue, scope: ExpressionScope): TypedValue | undefined {
  if (strippedType(value.type).kind !== "record") return undefined;
  const { printed } = partsOf(value, scope.view);
  const [part] = printed?.children?.count === 1 ? printed.children.page(0, 1) : [];
  if (part?.name === "get()") return present(dereferenced(part.value, scope.view));
  return part?.name === "value()" || part?.name === "*" ? part.value : undefined;
}

function member(object: TypedValue, name: string, scope: ExpressionScope, at: number): TypedValue {
  let holder = referenced(object, scope);
  if (strippedType(holder.type).kind === "pointer") holder = pointee(holder, scope, at);
  holder = { ...holder, type: scope.view.completeType(holder.type) };
  const type = strippedType(holder.type);
  if (type.kind !== "record") throw invalid(`A value of type ${typeName(holder.type)} has no members`, at);
  const variant = activeVariant(holder, type);
  const found =
    variant !== undefined && !isMissing(variant)
      ? (findMember(variant.value, name, scope.view) ?? (variant.name === name ? variant.value : undefined))
      : findMember(holder, name, scope.view);
  const held = found === undefined ? heldBy(holder, scope) : undefined;
  if (held !== undefined) return member(held, name, scope, at);
  const shared = found ?? staticMember(type, name, scope);
  if (shared === undefined) throw notFound(`a member '${name}' in ${typeName(holder.type)}`);
  return shared;
}

/** A member that all objects of a class, or of one it is derived from, share. */
function staticMember(type: RecordType, name: string, scope: ExpressionScope): TypedValue | undefined {
  let level: RecordType[] = [type];
  for (let depth = 0; depth < deepestBase && level.length > 0; depth++) {
    const next: RecordType[] = [];
    for (const record of level) {
      const found = record.name === "" ? undefined : scope.valueOf(`${record.name}::${name}`);
      if (found !== undefined) return found;
      for (const base of record.members()) {
        const own = base.isBase ? strippedType(scope.view.completeType(base.type())) : undefined;
        if (own?.kind === "record") next.push(own);
      }
    }
    level = next;
  }
  return undefined;
}

function indexed(object: TypedValue, index: TypedValue, scope: ExpressionScope, at: number): TypedValue {
  const holder = referenced(object, scope);
  const position = integerOfValue(referenced(index, scope), at);
  const type = strippedType(holder.type);
  if (type.kind === "array") return elementValue(holder, Number(position));
  if (type.kind === "pointer") return pointee(moved(holder, position, scope, at), scope, at);
  const { printed } = partsOf(holder, scope.view);
  if (printed?.children?.isIndexed !== true) return entryWithKey(holder, position, scope, at);
  const [element] = position >= 0n ? printed.children.page(Number(position), 1) : [];
  if (element !== undefined) return element.value;
  throw invalid(`A value of type ${typeName(holder.type)} has no element ${position}`, at);
}

/** `ages["ann"]` */
function entryWithText(object: TypedValue, text: string, scope: ExpressionScope, at: number): TypedValue {
  const wanted = quoted(new TextEncoder().encode(text));
  return entryOf(object, (key) => presentation(key, scope.view).text === wanted, wanted, scope, at);
}

function entryWithKey(map: TypedValue, wanted: bigint, scope: ExpressionScope, at: number): TypedValue {
  return entryOf(map, (key) => readInteger(key) === wanted, String(wanted), scope, at);
}

/** What a map keeps under a key: its entries are looked through, since its order and hashes are the program's own. */
function entryOf(
  object: TypedValue,
  isWanted: (key: TypedValue) => boolean,
  shownKey: string,
  scope: ExpressionScope,
  at: number,
): TypedValue {
  const map = referenced(object, scope);
  const children = partsOf(map, scope.view).printed?.children;
  const count = Math.min(children?.count ?? 0, mostEntries);
  for (let start = 0; children !== undefined && start < count; start += entriesAtOnce) {
    const entries = children.page(start, entriesAtOnce);
    const found = entries.find(({ key }) => key !== undefined && isWanted(key));
    if (found !== undefined) return found.value;
    if (entries.length === 0) break;
  }
  throw invalid(`A value of type ${typeName(map.type)} has no element ${shownKey}`, at);
}

/** A pointer some elements further. */
function moved(pointer: TypedValue, distance: bigint, scope: ExpressionScope, at: number): TypedValue {
  const address = integerOfValue(pointer, at) + distance * elementSize(pointer.type, scope);
  return computedValue(pointer.type, address);
}

function elementSize(pointer: DebugType, scope: ExpressionScope): bigint {
  const type = strippedType(pointer);
  const target = type.kind === "pointer" ? scope.view.completeType(type.target()) : type;
  // gcc's rule for void and functions.
  return BigInt(byteSizeOf(target) ?? 1);
}

function cast(value: TypedValue, type: DebugType, scope: ExpressionScope, at: number): TypedValue {
  const source = referenced(value, scope);
  const from = strippedType(source.type);
  const to = strippedType(type);
  // What only a symbol is known of becomes what it is said to be.
  if (source.type === untypedData) return { type, storage: source.storage };
  if (to.kind === "record" || to.kind === "array") {
    if (from.kind === to.kind || source.storage.address !== undefined)
      return { type, storage: source.storage };
    throw invalid(`A value of type ${typeName(source.type)} cannot become a ${typeName(type)}`, at);
  }
  if (from.kind === "array" || from.kind === "function")
    return cast(decayed(source, scope, at), type, scope, at);
  if (isFloatType(to)) {
    const bytes = new Uint8Array(byteSizeOf(to) ?? 8);
    const view = new DataView(bytes.buffer);
    const number = numberOfValue(source, at);
    if (bytes.length === 4) view.setFloat32(0, number, true);
    else if (bytes.length === 8) view.setFloat64(0, number, true);
    else throw invalid(`Casts to ${typeName(type)} are not computed`, at);
    return { type, storage: bytesStorage(bytes) };
  }
  if (isFloatType(from)) {
    const number = numberOfValue(source, at);
    return computedValue(type, Number.isFinite(number) ? BigInt(Math.trunc(number)) : 0n);
  }
  const integer = integerOfValue(source, at);
  return computedValue(
    type,
    to === boolType || typeName(to) === "bool" ? (integer === 0n ? 0n : 1n) : integer,
  );
}

/** Arrays and functions become pointers when something is done with them. */
function decayed(value: TypedValue, scope: ExpressionScope, at: number): TypedValue {
  const type = strippedType(value.type);
  if (type.kind === "array") {
    const first = elementValue(value, 0);
    return addressOf(first, scope, at);
  }
  return type.kind === "function" ? addressOf(value, scope, at) : value;
}

function sizeOf(type: DebugType, scope: ExpressionScope, at: number): TypedValue {
  const size = byteSizeOf(scope.view.completeType(type));
  if (size === undefined) throw invalid(`The size of ${typeName(type)} is not known`, at);
  return computedValue(unsignedLongType, BigInt(size));
}

function binary(
  operator: string,
  leftSyntax: Syntax,
  rightSyntax: Syntax,
  scope: ExpressionScope,
  at: number,
): TypedValue {
  if (operator === "&&" || operator === "||") {
    const left = isTrue(referenced(evaluate(leftSyntax, scope), scope), at);
    if (left === (operator === "||")) return computedValue(boolType, left ? 1n : 0n);
    const right = isTrue(referenced(evaluate(rightSyntax, scope), scope), at);
    return computedValue(boolType, right ? 1n : 0n);
  }
  const first = referenced(evaluate(leftSyntax, scope), scope);
  const second = referenced(evaluate(rightSyntax, scope), scope);
  if (operator === "@") return repeated(first, second, scope, at);
  const left = decayed(first, scope, at);
  const right = decayed(second, scope, at);
  const isPointer = ({ type }: TypedValue) => strippedType(type).kind === "pointer";
  if (operator === "+" && isPointer(left) && !isPointer(right))
    return moved(left, integerOfValue(right, at), scope, at);
  if (operator === "+" && isPointer(right) && !isPointer(left))
    return moved(right, integerOfValue(left, at), scope, at);
  if (operator === "-" && isPointer(left)) {
    if (!isPointer(right)) return moved(left, -integerOfValue(right, at), scope, at);
    const distance = integerOfValue(left, at) - integerOfValue(right, at);
    return computedValue(longType, distance / elementSize(left.type, scope));
  }
  return arithmetic(operator, left, right, at);
}

/** gdb's `*start@count`: an array of what lies from there on. */
function repeated(first: TypedValue, count: TypedValue, scope: ExpressionScope, at: number): TypedValue {
  const { address } = first.storage;
  if (address === undefined) throw invalid("Only what is in memory can be repeated", at);
  const length = Number(integerOfValue(count, at));
  if (!(length > 0 && length <= 1 << 24)) throw invalid(`An array of ${length} elements cannot be shown`, at);
  const type: DebugType = { kind: "array", element: () => first.type, counts: [length] };
  return valueAt(type, address, scope.view);
}

function arithmetic(operator: string, left: TypedValue, right: TypedValue, at: number): TypedValue {
  const type = commonType(left.type, right.type);
  if (isFloatType(type))
    return floatArithmetic(operator, numberOfValue(left, at), numberOfValue(right, at), at);
  const bits = type.byteSize * 8;
  const isUnsigned = type.encoding !== intType.encoding;
  const inType = (value: bigint) => (isUnsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value));
  const a = inType(integerOfValue(left, at));
  const b = inType(integerOfValue(right, at));
  const compared = compare(operator, a, b);
  if (compared !== undefined) return computedValue(boolType, compared ? 1n : 0n);
  if ((operator === "/" || operator === "%") && b === 0n) throw invalid("Division by zero", at);
  switch (operator) {
    case "+":
      return computedValue(type, a + b);
    case "-":
      return computedValue(type, a - b);
    case "*":
      return computedValue(type, a * b);
    case "/":
      return computedValue(type, a / b);
    case "%":
      return computedValue(type, a % b);
    case "&":
      return computedValue(type, a & b);
    case "|":
      return computedValue(type, a | b);
    case "^":
      return computedValue(type, a ^ b);
    case "<<":
    case ">>": {
      const own = promoted(left.type);
      const distance = b < 0n || b >= BigInt(own.byteSize * 8) ? undefined : b;
      if (distance === undefined) throw invalid(`A shift by ${b} has no meaning`, at);
      const value = integerOfValue(left, at);
      return computedValue(own, operator === "<<" ? value << distance : value >> distance);
    }
    default:
      throw invalid(`'${operator}' is not known`, at);
  }
}

function floatArithmetic(operator: string, a: number, b: number, at: number): TypedValue {
  const compared = compare(operator, a, b);
  if (compared !== undefined) return computedValue(boolType, compared ? 1n : 0n);
  switch (operator) {
    case "+":
      return floatValue(a + b);
    case "-":
      return floatValue(a - b);
    case "*":
      return floatValue(a * b);
    case "/":
      return floatValue(a / b);
    default:
      throw invalid(`'${operator}' does not apply to floating-point numbers`, at);
  }
}

function compare<T extends bigint | number>(operator: string, a: T, b: T): boolean | undefined {
  switch (operator) {
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case ">":
      return a > b;
    case "<=":
      return a <= b;
    case ">=":
      return a >= b;
    default:
      return undefined;
  }
}
