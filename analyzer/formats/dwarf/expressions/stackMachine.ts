import { Op } from "../constants";
import { DataReader } from "../dataReader";
import { binary, dividesByZero, unary } from "./arithmetic";
import { endAbsent, endOptimizedOut } from "./missing";
import { fromInteger, type StackType, type StackValue } from "./stackValues";

/** What every expression may ask of the process. An answer that is missing ends the evaluation. */
export interface StackEnvironment {
  /** Bytes of the generic type. */
  readonly addressSize: number;
  /** How the process and its debug information write numbers. */
  readonly littleEndian: boolean;
  /** Run-time minus file address of the module. */
  readonly bias: bigint;
  register(register: number): bigint | undefined;
  /** Fills nothing in for bytes the dump lacks: undefined unless all are there. */
  readMemory(address: bigint, length: number): Uint8Array | undefined;
}

/** What one operation does; its operands are next in the reader. */
export type Operator<Machine> = (machine: Machine, reader: DataReader) => void;
/** Operators by the numbers of {@link Op}. */
export type OperatorTable<Machine> = ReadonlyMap<number, Operator<Machine>>;

/** Real expressions take a few dozen steps; jumps make endless ones possible. */
const mostSteps = 10_000;
export const deepestStack = 1024;

/** The stack machine of DWARF 5, section 2.5: the operations that expressions of every kind may use. */
export class StackMachine {
  readonly stack: StackValue[];
  private steps = 0;

  constructor(
    readonly environment: StackEnvironment,
    initial: readonly bigint[],
  ) {
    this.stack = initial.map((bits) => ({ bits }));
  }

  /** @throws DwarfDamage when the expression is damaged or does not end */
  execute(expression: Uint8Array): void {
    const reader = new DataReader(expression, "an expression", this.environment.littleEndian);
    while (!reader.isAtEnd) {
      if (++this.steps > mostSteps) reader.fail(`does not end after ${mostSteps} steps`);
      this.step(reader.u8(), reader);
      if (this.stack.length > deepestStack)
        this.giveUp(reader, "its location expression needs too much stack");
    }
  }

  protected step(op: number, reader: DataReader): void {
    const operator = stackOperators.get(op);
    if (operator === undefined) this.calculate(op, reader);
    else operator(this, reader);
  }

  /** What cannot be done although the expression can be read. */
  protected giveUp(reader: DataReader, why: string): never {
    return reader.fail(why);
  }

  push(bits: bigint, type?: StackType): void {
    this.pushValue(fromInteger(bits, type, this.environment.addressSize));
  }

  pushValue(value: StackValue): void {
    this.stack.push(value);
  }

  pop(reader: DataReader): StackValue {
    return this.stack.pop() ?? reader.fail("takes from an empty stack");
  }

  peek(reader: DataReader, depth = 0): StackValue {
    return this.stack.at(-1 - depth) ?? reader.fail("looks below the stack");
  }

  register(register: number): bigint {
    return this.environment.register(register) ?? endOptimizedOut(`register ${register} was not saved`);
  }

  memory(address: bigint, length: number): bigint {
    const bytes = this.environment.readMemory(address, length);
    return bytes === undefined
      ? endAbsent(`memory at 0x${address.toString(16)} is not in the dump`)
      : wholeNumber(bytes, this.environment.littleEndian);
  }

  private calculate(op: number, reader: DataReader): void {
    const { addressSize } = this.environment;
    const right = this.pop(reader);
    const one = unary(op, right, addressSize);
    if (one !== undefined) {
      this.pushValue(one);
      return;
    }
    const left = this.pop(reader);
    if (dividesByZero(op, left, right)) this.giveUp(reader, "its location expression divides by zero");
    const two = binary(op, left, right, addressSize);
    this.pushValue(
      two ?? reader.fail(`cannot do the operation 0x${op.toString(16)} on what is on its stack`),
    );
  }
}

const stackOperators: OperatorTable<StackMachine> = new Map<number, Operator<StackMachine>>([
  ...Array.from({ length: 32 }, (_, number): [number, Operator<StackMachine>] => [
    Op.lit0 + number,
    (machine) => machine.push(BigInt(number)),
  ]),
  ...Array.from({ length: 32 }, (_, number): [number, Operator<StackMachine>] => [
    Op.breg0 + number,
    (machine, reader) => addToRegister(machine, number, reader),
  ]),
  [Op.bregx, (machine, reader) => addToRegister(machine, reader.uleb(), reader)],
  [
    Op.addr,
    (machine, reader) => {
      const { addressSize, bias } = machine.environment;
      machine.push(reader.address(addressSize) + bias);
    },
  ],
  [Op.const1u, (machine, reader) => machine.push(BigInt(reader.u8()))],
  [Op.const1s, (machine, reader) => machine.push(BigInt(reader.i8()))],
  [Op.const2u, (machine, reader) => machine.push(BigInt(reader.u16()))],
  [Op.const2s, (machine, reader) => machine.push(BigInt.asIntN(16, BigInt(reader.u16())))],
  [Op.const4u, (machine, reader) => machine.push(BigInt(reader.u32()))],
  [Op.const4s, (machine, reader) => machine.push(BigInt.asIntN(32, BigInt(reader.u32())))],
  [Op.const8u, (machine, reader) => machine.push(reader.u64())],
  [Op.const8s, (machine, reader) => machine.push(reader.u64())],
  [Op.constu, (machine, reader) => machine.push(reader.ulebExact())],
  [Op.consts, (machine, reader) => machine.push(reader.slebExact())],
  [Op.dup, (machine, reader) => machine.pushValue(machine.peek(reader))],
  [Op.drop, (machine, reader) => void machine.pop(reader)],
  [Op.over, (machine, reader) => machine.pushValue(machine.peek(reader, 1))],
  [Op.pick, (machine, reader) => machine.pushValue(machine.peek(reader, reader.u8()))],
  [Op.swap, swap],
  [Op.rot, rotate],
  [
    Op.deref,
    (machine, reader) =>
      machine.push(machine.memory(machine.pop(reader).bits, machine.environment.addressSize)),
  ],
  [
    Op.derefSize,
    (machine, reader) => {
      const size = derefSizeOf(reader);
      machine.push(machine.memory(machine.pop(reader).bits, size));
    },
  ],
  [
    Op.plusUconst,
    (machine, reader) => {
      const { bits, type } = machine.pop(reader);
      machine.push(bits + reader.ulebExact(), type);
    },
  ],
  [
    Op.bra,
    (machine, reader) => {
      const distance = distanceOf(reader);
      if (machine.pop(reader).bits !== 0n) jump(reader, distance);
    },
  ],
  [Op.skip, (_, reader) => jump(reader, distanceOf(reader))],
  [Op.nop, () => undefined],
]);

function addToRegister(machine: StackMachine, register: number, reader: DataReader): void {
  const offset = reader.slebExact();
  machine.push(machine.register(register) + offset);
}

function swap(machine: StackMachine, reader: DataReader): void {
  const first = machine.pop(reader);
  const second = machine.pop(reader);
  machine.stack.push(first, second);
}

function rotate(machine: StackMachine, reader: DataReader): void {
  const first = machine.pop(reader);
  const second = machine.pop(reader);
  const third = machine.pop(reader);
  machine.stack.push(first, third, second);
}

/** How many bytes an operation reads that says so itself. */
export function derefSizeOf(reader: DataReader): number {
  const size = reader.u8();
  if (size < 1 || size > 8) reader.fail(`reads a value of ${size} bytes`);
  return size;
}

function distanceOf(reader: DataReader): number {
  return Number(BigInt.asIntN(16, BigInt(reader.u16())));
}

function jump(reader: DataReader, distance: number): void {
  const target = reader.position + distance;
  if (target < 0 || target > reader.end) reader.fail("jumps outside");
  reader.position = target;
}

export function wholeNumber(bytes: Uint8Array, littleEndian: boolean): bigint {
  let value = 0n;
  for (const byte of littleEndian ? bytes.toReversed() : bytes) value = (value << 8n) | BigInt(byte);
  return value;
}
