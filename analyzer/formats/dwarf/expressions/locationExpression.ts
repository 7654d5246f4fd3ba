import { Attr, Op } from "../constants";
import type { DataReader } from "../dataReader";
import type { Die, Unit } from "../dies";
import { EvaluationEnded, endAbsent, endOptimizedOut, type Missing } from "./missing";
import {
  deepestStack,
  derefSizeOf,
  type Operator,
  type OperatorTable,
  type StackEnvironment,
  StackMachine,
  wholeNumber,
} from "./stackMachine";
import { converted, type StackType, type StackValue } from "./stackValues";

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
export interface EvaluationContext extends Omit<StackEnvironment, "addressSize" | "littleEndian"> {
  readonly unit: Unit;
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

const deepestCall = 16;

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
    return new LocationMachine(context, initial).run(expression);
  } catch (thrown) {
    if (thrown instanceof EvaluationEnded) return missing(thrown.result);
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

/** The stack machine with what is about entries, objects and frames, and with places that are not on the stack. */
class LocationMachine extends StackMachine {
  private readonly pieces: LocationPiece[] = [];
  /** A location that is not on the stack: a register, a value. */
  private current: Location | undefined;
  private calls = 0;

  constructor(
    readonly context: EvaluationContext,
    initial: readonly bigint[],
  ) {
    super(
      {
        addressSize: context.unit.header.addressSize,
        littleEndian: context.unit.file.sections.littleEndian,
        bias: context.bias,
        register: (register) => context.register(register),
        readMemory: (address, length) => context.readMemory(address, length),
      },
      initial,
    );
  }

  run(expression: Uint8Array): Location {
    this.execute(expression);
    if (this.pieces.length > 0) return { kind: "pieces", pieces: this.pieces };
    return this.result();
  }

  setCurrent(location: Location): void {
    this.current = location;
  }

  endPiece(bits: number, bitOffset: number): void {
    const empty = this.current === undefined && this.stack.length === 0;
    const location: Location = empty
      ? missing({ missing: "optimizedOut", why: "this part of it has no location here" })
      : this.result();
    if (this.current === undefined) this.stack.pop();
    this.current = undefined;
    this.pieces.push({ location, bits, bitOffset });
    if (this.pieces.length > deepestStack) endAbsent("its location has too many pieces");
  }

  /** Goes on with the location of another entry. */
  call(reader: DataReader, offset: number): void {
    const expression = this.context.unit.file.dieAt(offset)?.block(Attr.location);
    if (expression === undefined) return;
    if (++this.calls > deepestCall) reader.fail("calls itself");
    this.execute(expression);
  }

  /** The base type at an offset of the unit. */
  baseType(reader: DataReader, offset: number): StackType {
    const { unit } = this.context;
    const die = unit.file.dieAt(unit.header.offset + offset) ?? unit.file.dieAt(offset);
    const encoding = die?.number(Attr.encoding);
    const size = die?.number(Attr.byteSize);
    if (encoding === undefined || size === undefined)
      return reader.fail("names a type that is not a base type");
    if (size > 8) return endOptimizedOut("its type is wider than 8 bytes");
    return { encoding, size };
  }

  protected override step(op: number, reader: DataReader): void {
    const operator = locationOperators.get(op);
    if (operator === undefined) super.step(op, reader);
    else operator(this, reader);
  }

  protected override giveUp(_: DataReader, why: string): never {
    return endAbsent(why);
  }

  private result(): Location {
    if (this.current !== undefined) return this.current;
    const top = this.stack.at(-1);
    if (top === undefined) return missing({ missing: "optimizedOut", why: "it has no location here" });
    return { kind: "memory", address: top.bits };
  }
}

type LocationOperator = Operator<LocationMachine>;

/** Operators that were GNU's before DWARF 5 took them have two numbers. */
const both = (first: number, second: number, operator: LocationOperator): [number, LocationOperator][] => [
  [first, operator],
  [second, operator],
];

const locationOperators: OperatorTable<LocationMachine> = new Map<number, LocationOperator>([
  ...Array.from({ length: 32 }, (_, register): [number, LocationOperator] => [
    Op.reg0 + register,
    (machine) => machine.setCurrent({ kind: "register", register }),
  ]),
  [Op.regx, (machine, reader) => machine.setCurrent({ kind: "register", register: reader.uleb() })],
  ...both(Op.addrx, Op.gnuAddrIndex, (machine, reader) => {
    const { unit, bias } = machine.context;
    machine.push(unit.indexedAddressExact(reader.uleb()) + bias);
  }),
  ...both(Op.constx, Op.gnuConstIndex, (machine, reader) =>
    machine.push(machine.context.unit.indexedAddressExact(reader.uleb())),
  ),
  [
    Op.fbreg,
    (machine, reader) => {
      const base = machine.context.frameBase();
      const offset = reader.slebExact();
      if (typeof base !== "bigint") throw new EvaluationEnded(base);
      machine.push(base + offset);
    },
  ],
  [
    Op.callFrameCfa,
    (machine) => machine.push(machine.context.cfa() ?? endAbsent("the frame's address is not known")),
  ],
  [
    Op.pushObjectAddress,
    (machine) =>
      machine.push(machine.context.objectAddress ?? endAbsent("the object it belongs to is not known")),
  ],
  ...both(Op.formTlsAddress, Op.gnuPushTlsAddress, (machine, reader) => {
    const address = machine.context.threadLocal(machine.pop(reader).bits);
    machine.push(address ?? endAbsent("the thread's own storage cannot be located"));
  }),
  [Op.gnuUninit, () => undefined],
  [Op.stackValue, (machine, reader) => machine.setCurrent({ kind: "value", value: machine.pop(reader) })],
  [
    Op.implicitValue,
    (machine, reader) => machine.setCurrent({ kind: "bytes", bytes: reader.block(reader.uleb()) }),
  ],
  ...both(Op.implicitPointer, Op.gnuImplicitPointer, implicitPointer),
  [Op.piece, (machine, reader) => machine.endPiece(reader.uleb() * 8, 0)],
  [
    Op.bitPiece,
    (machine, reader) => {
      const bits = reader.uleb();
      machine.endPiece(bits, reader.uleb());
    },
  ],
  ...both(Op.entryValue, Op.gnuEntryValue, (machine, reader) => {
    const value = machine.context.entryValue(reader.block(reader.uleb()));
    machine.pushValue(value ?? endOptimizedOut("the caller does not say what it was at entry"));
  }),
  [
    Op.gnuParameterRef,
    (_, reader) => {
      reader.u32();
      endOptimizedOut("the caller does not say what the argument was");
    },
  ],
  [Op.call2, (machine, reader) => machine.call(reader, machine.context.unit.header.offset + reader.u16())],
  [Op.call4, (machine, reader) => machine.call(reader, machine.context.unit.header.offset + reader.u32())],
  [Op.callRef, (machine, reader) => machine.call(reader, reader.offset(machine.context.unit.header.is64))],
  ...both(Op.constType, Op.gnuConstType, (machine, reader) => {
    const type = machine.baseType(reader, reader.uleb());
    const bytes = reader.block(reader.u8());
    machine.pushValue({ bits: wholeNumber(bytes.subarray(0, 8), machine.environment.littleEndian), type });
  }),
  ...both(Op.regvalType, Op.gnuRegvalType, (machine, reader) => {
    const register = reader.uleb();
    const type = machine.baseType(reader, reader.uleb());
    machine.push(machine.register(register), type);
  }),
  ...both(Op.derefType, Op.gnuDerefType, (machine, reader) => {
    const size = derefSizeOf(reader);
    const type = machine.baseType(reader, reader.uleb());
    machine.push(machine.memory(machine.pop(reader).bits, size), type);
  }),
  ...both(Op.convert, Op.gnuConvert, (machine, reader) => {
    const type = typeOrGeneric(machine, reader);
    machine.pushValue(converted(machine.pop(reader), type, machine.environment.addressSize));
  }),
  ...both(Op.reinterpret, Op.gnuReinterpret, (machine, reader) => {
    const type = typeOrGeneric(machine, reader);
    machine.push(machine.pop(reader).bits, type);
  }),
]);

/** Offset 0 stands for the generic type. */
function typeOrGeneric(machine: LocationMachine, reader: DataReader): StackType | undefined {
  const offset = reader.uleb();
  return offset === 0 ? undefined : machine.baseType(reader, offset);
}

function implicitPointer(machine: LocationMachine, reader: DataReader): void {
  const { unit } = machine.context;
  const { is64, version, addressSize } = unit.header;
  const offset = version <= 2 ? reader.addressAsNumber(addressSize) : reader.offset(is64);
  const byteOffset = reader.slebExact();
  const target = unit.file.dieAt(offset);
  if (target === undefined) endOptimizedOut("what it points to is not described");
  else machine.setCurrent({ kind: "implicitPointer", target, byteOffset });
}
