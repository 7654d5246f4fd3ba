import { Attr, Op } from "../constants";
import { DataReader } from "../dataReader";
import type { Die, Unit } from "../dies";
import {
  converted,
  floatOf,
  fromFloat,
  fromInteger,
  isFloat,
  type StackType,
  type StackValue,
  signedOf,
} from "./stackValues";

/** Why a value cannot be shown: the compiler kept it nowhere, or the dump does not have the place it is in. */
export type Missing =
  | { readonly missing: "optimizedOut"; readonly why: string }
  | { readonly missing: "absent"; readonly why: string };

/** Where something is. DWARF 5, section 2.6.1. */
export type Location =
  | { readonly kind: "memory"; readonly address: bigint }
  | { readonly kind: "register"; readonly register: number }
  /** There is no place, but the value is known. */
  | { readonly kind: "value"; readonly value: StackValue }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** A pointer the compiler removed: what it points to is where another entry's value is. */
  | { readonly kind: "implicitPointer"; readonly target: Die; readonly byteOffset: bigint }
  | { readonly kind: "pieces"; readonly pieces: readonly LocationPiece[] }
  | { readonly kind: "missing"; readonly missing: Missing };

export interface LocationPiece {
  readonly location: Location;
  readonly bits: number;
  /** Where the piece begins in its location. */
  readonly bitOffset: number;
}

/** What an expression may ask about the frame it is evaluated for. Answers that are missing end the evaluation. */
export interface EvaluationContext {
  readonly unit: Unit;
  /** Run-time minus file address of the module. */
  readonly bias: bigint;
  register(register: number): bigint | undefined;
  /** Fills nothing in for bytes the dump lacks: undefined unless all are there. */
  readMemory(address: bigint, length: number): Uint8Array | undefined;
  cfa(): bigint | undefined;
  /** What DW_AT_frame_base of the function comes to. */
  frameBase(): bigint | Missing;
  /** Address of the thread's copy of a thread-local variable, by its offset in the module's block. */
  threadLocal(offset: bigint): bigint | undefined;
  /** What an expression came to when the function was entered, as the caller knows it. */
  entryValue(expression: Uint8Array): StackValue | undefined;
  /** The object a member's location is about. */
  readonly objectAddress?: bigint;
}

/** Real expressions take a few dozen steps; jumps make endless ones possible. */
const mostSteps = 10_000;
const deepestStack = 1024;
const deepestCall = 16;

class Ended extends Error {
  constructor(readonly result: Missing) {
    super(result.why);
  }
}

const absent = (why: string): never => {
  throw new Ended({ missing: "absent", why });
};
const optimizedOut = (why: string): never => {
  throw new Ended({ missing: "optimizedOut", why });
};

/**
 * Evaluates a location expression.
 * @param initial pushed before it starts
 * @throws DwarfDamage when the expression is damaged or does not end
 */
export function evaluateLocation(
  expression: Uint8Array,
  context: EvaluationContext,
  initial: readonly bigint[] = [],
): Location {
  if (expression.byteLength === 0)
    return missing({ missing: "optimizedOut", why: "it has no location here" });
  try {
    return new Machine(context, initial).run(expression);
  } catch (thrown) {
    if (thrown instanceof Ended) return missing(thrown.result);
    throw thrown;
  }
}

/** Evaluates an expression whose result is a value, e.g. of a call site or a frame base. @throws DwarfDamage */
export function evaluateValue(expression: Uint8Array, context: EvaluationContext): StackValue | Missing {
  const location = evaluateLocation(expression, context);
  switch (location.kind) {
    case "memory":
      return { bits: location.address };
    case "value":
      return location.value;
    case "register": {
      const bits = context.register(location.register);
      return bits === undefined
        ? { missing: "optimizedOut", why: `register ${location.register} was not saved` }
        : { bits };
    }
    case "missing":
      return location.missing;
    default:
      return { missing: "optimizedOut", why: "it is not a single value" };
  }
}

const missing = (why: Missing): Location => ({ kind: "missing", missing: why });

/** The stack machine of DWARF 5, section 2.5. Steps answer `undefined` so that a case can return what it did. */
class Machine {
  private readonly stack: StackValue[];
  private readonly pieces: LocationPiece[] = [];
  /** A location that is not on the stack: a register, a value. */
  private current: Location | undefined;
  private steps = 0;
  private calls = 0;
  private readonly size: number;

  constructor(
    private readonly context: EvaluationContext,
    initial: readonly bigint[],
  ) {
    this.size = context.unit.header.addressSize;
    this.stack = initial.map((bits) => ({ bits }));
  }

  run(expression: Uint8Array): Location {
    this.execute(expression);
    if (this.pieces.length > 0) return { kind: "pieces", pieces: this.pieces };
    return this.result();
  }

  private result(): Location {
    if (this.current !== undefined) return this.current;
    const top = this.stack.at(-1);
    if (top === undefined) return missing({ missing: "optimizedOut", why: "it has no location here" });
    return { kind: "memory", address: top.bits };
  }

  private execute(expression: Uint8Array): undefined {
    const reader = new DataReader(expression, "a location expression");
    while (!reader.isAtEnd) {
      if (++this.steps > mostSteps) reader.fail(`does not end after ${mostSteps} steps`);
      this.step(reader);
    }
  }

  private push(bits: bigint, type?: StackType): undefined {
    this.pushValue(fromInteger(bits, type, this.size));
  }

  private pushValue(value: StackValue): undefined {
    if (this.stack.length >= deepestStack) absent("its location expression needs too much stack");
    this.stack.push(value);
  }

  private pop(reader: DataReader): StackValue {
    return this.stack.pop() ?? reader.fail("takes from an empty stack");
  }

  private peek(reader: DataReader, depth = 0): StackValue {
    return this.stack.at(-1 - depth) ?? reader.fail("looks below the stack");
  }

  private register(register: number): bigint {
    return this.context.register(register) ?? optimizedOut(`register ${register} was not saved`);
  }

  private read(address: bigint, length: number): bigint {
    const bytes = this.context.readMemory(address, length);
    if (bytes === undefined) return absent(`memory at 0x${address.toString(16)} is not in the dump`);
    let value = 0n;
    for (let index = bytes.length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index]!);
    return value;
  }

  private step(reader: DataReader): undefined {
    const op = reader.u8();
    if (op >= Op.lit0 && op <= Op.lit31) return this.push(BigInt(op - Op.lit0));
    if (op >= Op.reg0 && op <= Op.reg31) return this.setCurrent({ kind: "register", register: op - Op.reg0 });
    if (op >= Op.breg0 && op <= Op.breg31) {
      const offset = reader.slebExact();
      return this.push(this.register(op - Op.breg0) + offset);
    }
    switch (op) {
      case Op.addr:
        return this.push(reader.address(this.size) + this.context.bias);
      case Op.addrx:
      case Op.gnuAddrIndex:
        return this.push(this.context.unit.indexedAddressExact(reader.uleb()) + this.context.bias);
      case Op.constx:
      case Op.gnuConstIndex:
        return this.push(this.context.unit.indexedAddressExact(reader.uleb()));
      case Op.const1u:
        return this.push(BigInt(reader.u8()));
      case Op.const1s:
        return this.push(BigInt(reader.i8()));
      case Op.const2u:
        return this.push(BigInt(reader.u16()));
      case Op.const2s:
        return this.push(BigInt.asIntN(16, BigInt(reader.u16())));
      case Op.const4u:
        return this.push(BigInt(reader.u32()));
      case Op.const4s:
        return this.push(BigInt.asIntN(32, BigInt(reader.u32())));
      case Op.const8u:
      case Op.const8s:
        return this.push(reader.u64());
      case Op.constu:
        return this.push(reader.ulebExact());
      case Op.consts:
        return this.push(reader.slebExact());
      case Op.fbreg: {
        const base = this.context.frameBase();
        const offset = reader.slebExact();
        if (typeof base !== "bigint") throw new Ended(base);
        return this.push(base + offset);
      }
      case Op.bregx: {
        const register = reader.uleb();
        return this.push(this.register(register) + reader.slebExact());
      }
      case Op.regx:
        return this.setCurrent({ kind: "register", register: reader.uleb() });
      case Op.dup:
        return this.pushValue(this.peek(reader));
      case Op.drop:
        this.pop(reader);
        return;
      case Op.over:
        return this.pushValue(this.peek(reader, 1));
      case Op.pick:
        return this.pushValue(this.peek(reader, reader.u8()));
      case Op.swap:
      case Op.rot:
        return this.reorder(reader, op);
      case Op.deref:
        return this.push(this.read(this.pop(reader).bits, this.size));
      case Op.derefSize: {
        const size = reader.u8();
        if (size < 1 || size > 8) reader.fail(`reads a value of ${size} bytes`);
        return this.push(this.read(this.pop(reader).bits, size));
      }
      case Op.callFrameCfa:
        return this.push(this.context.cfa() ?? absent("the frame's address is not known"));
      case Op.pushObjectAddress:
        return this.push(this.context.objectAddress ?? absent("the object it belongs to is not known"));
      case Op.formTlsAddress:
      case Op.gnuPushTlsAddress: {
        const offset = this.pop(reader).bits;
        return this.push(
          this.context.threadLocal(offset) ?? absent("the thread's own storage cannot be located"),
        );
      }
      case Op.nop:
      case Op.gnuUninit:
        return;
      case Op.skip:
      case Op.bra:
        return this.jump(reader, op);
      case Op.stackValue:
        return this.setCurrent({ kind: "value", value: this.pop(reader) });
      case Op.implicitValue:
        return this.setCurrent({ kind: "bytes", bytes: reader.block(reader.uleb()) });
      case Op.implicitPointer:
      case Op.gnuImplicitPointer:
        return this.implicitPointer(reader);
      case Op.piece:
        return this.endPiece(reader.uleb() * 8, 0);
      case Op.bitPiece: {
        const bits = reader.uleb();
        return this.endPiece(bits, reader.uleb());
      }
      case Op.entryValue:
      case Op.gnuEntryValue: {
        const expression = reader.block(reader.uleb());
        const value = this.context.entryValue(expression);
        return this.pushValue(value ?? optimizedOut("the caller does not say what it was at entry"));
      }
      case Op.gnuParameterRef:
        reader.u32();
        return optimizedOut("the caller does not say what the argument was");
      case Op.call2:
      case Op.call4:
      case Op.callRef:
        return this.call(reader, op);
      case Op.constType:
      case Op.gnuConstType: {
        const type = this.baseType(reader, reader.uleb());
        const bytes = reader.block(reader.u8());
        return this.pushValue({ bits: littleEndian(bytes.subarray(0, 8)), type });
      }
      case Op.regvalType:
      case Op.gnuRegvalType: {
        const register = reader.uleb();
        const type = this.baseType(reader, reader.uleb());
        return this.push(this.register(register), type);
      }
      case Op.derefType:
      case Op.gnuDerefType: {
        const size = reader.u8();
        const type = this.baseType(reader, reader.uleb());
        if (size < 1 || size > 8) reader.fail(`reads a value of ${size} bytes`);
        return this.push(this.read(this.pop(reader).bits, size), type);
      }
      case Op.convert:
      case Op.gnuConvert:
      case Op.reinterpret:
      case Op.gnuReinterpret: {
        const offset = reader.uleb();
        const type = offset === 0 ? undefined : this.baseType(reader, offset);
        const value = this.pop(reader);
        if (op === Op.convert || op === Op.gnuConvert)
          return this.pushValue(converted(value, type, this.size));
        return this.push(value.bits, type);
      }
      default:
        return this.arithmetic(reader, op);
    }
  }

  private setCurrent(location: Location): undefined {
    this.current = location;
  }

  private reorder(reader: DataReader, op: number): undefined {
    const first = this.pop(reader);
    const second = this.pop(reader);
    if (op === Op.swap) {
      this.stack.push(first, second);
      return;
    }
    const third = this.pop(reader);
    this.stack.push(first, third, second);
  }

  private jump(reader: DataReader, op: number): undefined {
    const distance = Number(BigInt.asIntN(16, BigInt(reader.u16())));
    if (op === Op.bra && this.pop(reader).bits === 0n) return;
    const target = reader.position + distance;
    if (target < 0 || target > reader.end) reader.fail("jumps outside");
    reader.position = target;
  }

  private implicitPointer(reader: DataReader): undefined {
    const { unit } = this.context;
    const { is64, version } = unit.header;
    const offset = version <= 2 ? reader.addressAsNumber(this.size) : reader.offset(is64);
    const byteOffset = reader.slebExact();
    const target = unit.file.dieAt(offset);
    if (target === undefined) return optimizedOut("what it points to is not described");
    this.setCurrent({ kind: "implicitPointer", target, byteOffset });
  }

  private endPiece(bits: number, bitOffset: number): undefined {
    const empty = this.current === undefined && this.stack.length === 0;
    const location: Location = empty
      ? missing({ missing: "optimizedOut", why: "this part of it has no location here" })
      : this.result();
    if (this.current === undefined) this.stack.pop();
    this.current = undefined;
    this.pieces.push({ location, bits, bitOffset });
    if (this.pieces.length > deepestStack) absent("its location has too many pieces");
  }

  private call(reader: DataReader, op: number): undefined {
    const { unit } = this.context;
    const offset =
      op === Op.call2 ? reader.u16() : op === Op.call4 ? reader.u32() : reader.offset(unit.header.is64);
    const target = unit.file.dieAt(op === Op.callRef ? offset : unit.header.offset + offset);
    const expression = target?.block(Attr.location);
    if (expression === undefined) return;
    if (++this.calls > deepestCall) reader.fail("calls itself");
    this.execute(expression);
  }

  private baseType(reader: DataReader, offset: number): StackType {
    const { unit } = this.context;
    const die = unit.file.dieAt(unit.header.offset + offset) ?? unit.file.dieAt(offset);
    const encoding = die?.number(Attr.encoding);
    const size = die?.number(Attr.byteSize);
    if (encoding === undefined || size === undefined) return reader.fail("names a type that is no base type");
    if (size > 8) return optimizedOut("its type is wider than 8 bytes");
    return { encoding, size };
  }

  private arithmetic(reader: DataReader, op: number): undefined {
    const top = this.pop(reader);
    switch (op) {
      case Op.neg:
        if (isFloat(top.type)) return this.pushValue(fromFloat(-floatOf(top), top.type));
        return this.push(-top.bits, top.type);
      case Op.not:
        return this.push(~top.bits, top.type);
      case Op.abs: {
        if (isFloat(top.type)) return this.pushValue(fromFloat(Math.abs(floatOf(top)), top.type));
        const signed = signedOf(top, this.size);
        return this.push(signed < 0n ? -signed : signed, top.type);
      }
      case Op.plusUconst:
        return this.push(top.bits + reader.ulebExact(), top.type);
    }
    const left = this.pop(reader);
    if (isFloat(left.type)) return this.floatArithmetic(reader, op, left, top);
    this.integerArithmetic(reader, op, left, top);
  }

  private floatArithmetic(reader: DataReader, op: number, left: StackValue, right: StackValue): undefined {
    const type = left.type!;
    const a = floatOf(left);
    const b = floatOf(right);
    const compared = compare(op, a, b);
    if (compared !== undefined) return this.push(compared ? 1n : 0n);
    switch (op) {
      case Op.plus:
        return this.pushValue(fromFloat(a + b, type));
      case Op.minus:
        return this.pushValue(fromFloat(a - b, type));
      case Op.mul:
        return this.pushValue(fromFloat(a * b, type));
      case Op.div:
        return this.pushValue(fromFloat(a / b, type));
      default:
        return reader.fail(`uses the operation 0x${op.toString(16)} on floating-point numbers`);
    }
  }

  private integerArithmetic(reader: DataReader, op: number, left: StackValue, right: StackValue): undefined {
    const { type } = left;
    const a = left.bits;
    const b = right.bits;
    const signedA = signedOf(left, this.size);
    const signedB = signedOf(right, this.size);
    const compared = compare(op, signedA, signedB);
    if (compared !== undefined) return this.push(compared ? 1n : 0n);
    const width = BigInt((type?.size ?? this.size) * 8);
    switch (op) {
      case Op.plus:
        return this.push(a + b, type);
      case Op.minus:
        return this.push(a - b, type);
      case Op.mul:
        return this.push(a * b, type);
      case Op.and:
        return this.push(a & b, type);
      case Op.or:
        return this.push(a | b, type);
      case Op.xor:
        return this.push(a ^ b, type);
      case Op.div:
        if (signedB === 0n) return absent("its location expression divides by zero");
        return this.push(signedA / signedB, type);
      case Op.mod:
        if (b === 0n) return absent("its location expression divides by zero");
        // The generic type is unsigned here: DWARF 5, section 2.5.1.4.
        return this.push(type === undefined ? a % b : signedA % signedB, type);
      case Op.shl:
        return this.push(b >= width ? 0n : a << b, type);
      case Op.shr:
        return this.push(b >= width ? 0n : a >> b, type);
      case Op.shra:
        return this.push(BigInt.asIntN(Number(width), a) >> (b >= width ? width : b), type);
      default:
        return reader.fail(`uses the unknown operation 0x${op.toString(16)}`);
    }
  }
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

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index]!);
  return value;
}
