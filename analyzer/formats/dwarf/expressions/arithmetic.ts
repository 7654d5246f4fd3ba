import { Op } from "../constants";
import { floatOf, fromFloat, fromInteger, isFloat, type StackValue, signedOf } from "./stackValues";

/** The arithmetic and logical operations of DWARF 5, section 2.5.1.4. The size is that of the generic type. */

/** @returns undefined when it is not an operation on one value */
export function unary(op: number, value: StackValue, size: number): StackValue | undefined {
  const { bits, type } = value;
  switch (op) {
    case Op.neg:
      return isFloat(type) ? fromFloat(-floatOf(value), type) : fromInteger(-bits, type, size);
    case Op.not:
      return fromInteger(~bits, type, size);
    case Op.abs: {
      if (isFloat(type)) return fromFloat(Math.abs(floatOf(value)), type);
      const signed = signedOf(value, size);
      return fromInteger(signed < 0n ? -signed : signed, type, size);
    }
    default:
      return undefined;
  }
}

export function dividesByZero(op: number, left: StackValue, right: StackValue): boolean {
  return (op === Op.div || op === Op.mod) && !isFloat(left.type) && right.bits === 0n;
}

/** @returns undefined when it is not an operation on two values of this type */
export function binary(
  op: number,
  left: StackValue,
  right: StackValue,
  size: number,
): StackValue | undefined {
  if (isFloat(left.type)) {
    const a = floatOf(left);
    const b = floatOf(right);
    const truth = compare(op, a, b);
    if (truth !== undefined) return fromInteger(truth ? 1n : 0n, undefined, size);
    const result = floatResult(op, a, b);
    return result === undefined ? undefined : fromFloat(result, left.type);
  }
  const truth = compare(op, signedOf(left, size), signedOf(right, size));
  if (truth !== undefined) return fromInteger(truth ? 1n : 0n, undefined, size);
  const result = integerResult(op, left, right, size);
  return result === undefined ? undefined : fromInteger(result, left.type, size);
}

function compare<T extends bigint | number>(op: number, a: T, b: T): boolean | undefined {
  switch (op) {
    case Op.eq:
      return a === b;
    case Op.ne:
      return a !== b;
    case Op.lt:
      return a < b;
    case Op.le:
      return a <= b;
    case Op.gt:
      return a > b;
    case Op.ge:
      return a >= b;
    default:
      return undefined;
  }
}

function floatResult(op: number, a: number, b: number): number | undefined {
  switch (op) {
    case Op.plus:
      return a + b;
    case Op.minus:
      return a - b;
    case Op.mul:
      return a * b;
    case Op.div:
      return a / b;
    default:
      return undefined;
  }
}

function integerResult(op: number, left: StackValue, right: StackValue, size: number): bigint | undefined {
  const { bits: a, type } = left;
  const { bits: b } = right;
  const width = BigInt((type?.size ?? size) * 8);
  switch (op) {
    case Op.plus:
      return a + b;
    case Op.minus:
      return a - b;
    case Op.mul:
      return a * b;
    case Op.and:
      return a & b;
    case Op.or:
      return a | b;
    case Op.xor:
      return a ^ b;
    case Op.div:
      return signedOf(left, size) / signedOf(right, size);
    case Op.mod:
      // The generic type is unsigned here.
      return type === undefined ? a % b : signedOf(left, size) % signedOf(right, size);
    case Op.shl:
      return b >= width ? 0n : a << b;
    case Op.shr:
      return b >= width ? 0n : a >> b;
    case Op.shra:
      return BigInt.asIntN(Number(width), a) >> (b >= width ? width : b);
    default:
      return undefined;
  }
}
