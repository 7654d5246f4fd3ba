import { Encoding } from "../constants";

/** The type of a value on the expression stack; the generic type (an address-sized integer) is undefined. */
export interface StackType {
  readonly encoding: number;
  /** 1 to 8 bytes. */
  readonly size: number;
}

/** A value on the expression stack as its bits, without sign. */
export interface StackValue {
  readonly bits: bigint;
  readonly type?: StackType | undefined;
}

const scratch = new DataView(new ArrayBuffer(8));

export function isFloat(type: StackType | undefined): type is StackType {
  return type?.encoding === Encoding.float && (type.size === 4 || type.size === 8);
}

/** Signed meaning: the generic type is signed where the operation says so. */
export function signedOf({ bits, type }: StackValue, genericSize: number): bigint {
  const size = (type?.size ?? genericSize) * 8;
  const isUnsigned =
    type !== undefined &&
    (type.encoding === Encoding.unsigned ||
      type.encoding === Encoding.unsignedChar ||
      type.encoding === Encoding.boolean ||
      type.encoding === Encoding.address);
  return isUnsigned ? bits : BigInt.asIntN(size, bits);
}

export function floatOf({ bits, type }: StackValue): number {
  scratch.setBigUint64(0, bits, true);
  return type?.size === 4 ? scratch.getFloat32(0, true) : scratch.getFloat64(0, true);
}

export function fromFloat(value: number, type: StackType): StackValue {
  scratch.setBigUint64(0, 0n, true);
  if (type.size === 4) scratch.setFloat32(0, value, true);
  else scratch.setFloat64(0, value, true);
  return { bits: scratch.getBigUint64(0, true), type };
}

export function fromInteger(value: bigint, type: StackType | undefined, genericSize: number): StackValue {
  return { bits: BigInt.asUintN((type?.size ?? genericSize) * 8, value), type };
}

/** DW_OP_convert: the same number in another type. */
export function converted(value: StackValue, type: StackType | undefined, genericSize: number): StackValue {
  const number = isFloat(value.type) ? floatOf(value) : undefined;
  if (isFloat(type)) return fromFloat(number ?? Number(signedOf(value, genericSize)), type);
  if (number === undefined) return fromInteger(signedOf(value, genericSize), type, genericSize);
  return fromInteger(Number.isFinite(number) ? BigInt(Math.trunc(number)) : 0n, type, genericSize);
}
