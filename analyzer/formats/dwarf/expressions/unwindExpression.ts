import type { ExpressionBytes } from "../cfi/unwindRow";
import { DataReader } from "../dataReader";

/** What an expression may ask; undefined means the value was lost or the memory is absent. */
export interface ExpressionInputs {
  readonly register: (number: number) => bigint | undefined;
  readonly pointerAt: (address: bigint) => bigint | undefined;
  readonly addressBits: 32 | 64;
}

const maximumSteps = 10_000;
const maximumDepth = 1000;

/**
 * Evaluates an expression of call-frame information (DWARF 5 section 6.4.2 allows only these operations there).
 * @param initial the frame address, pushed first for register rules
 * @returns undefined when a register or memory it needs is missing
 * @throws DwarfDamage for operations that are unknown or find no operand
 */
export function evaluateUnwindExpression(
  { bytes }: ExpressionBytes,
  inputs: ExpressionInputs,
  initial: bigint | undefined,
): bigint | undefined {
  const { addressBits } = inputs;
  const reader = new DataReader(bytes, "unwind expression");
  const stack: bigint[] = initial === undefined ? [] : [initial];
  const push = (value: bigint) => stack.push(BigInt.asUintN(addressBits, value));
  const pop = (): bigint => stack.pop() ?? reader.fail("takes from an empty stack");
  const signed = (value: bigint) => BigInt.asIntN(addressBits, value);
  for (let steps = 0; !reader.isAtEnd; steps++) {
    if (steps > maximumSteps) reader.fail("does not end");
    if (stack.length > maximumDepth) reader.fail("pushes too much");
    const code = reader.u8();
    if (code >= 0x30 && code <= 0x4f) {
      push(BigInt(code - 0x30));
      continue;
    }
    if (code >= 0x70 && code <= 0x8f) {
      const value = inputs.register(code - 0x70);
      if (value === undefined) return undefined;
      push(value + reader.slebExact());
      continue;
    }
    switch (code) {
      case 0x03: // addr
        push(reader.address(addressBits / 8));
        break;
      case 0x06: {
        // deref
        const value = inputs.pointerAt(pop());
        if (value === undefined) return undefined;
        push(value);
        break;
      }
      case 0x08: // const1u
        push(BigInt(reader.u8()));
        break;
      case 0x09: // const1s
        push(BigInt(reader.i8()));
        break;
      case 0x0a: // const2u
        push(BigInt(reader.u16()));
        break;
      case 0x0b: // const2s
        push(BigInt((reader.u16() << 16) >> 16));
        break;
      case 0x0c: // const4u
        push(BigInt(reader.u32()));
        break;
      case 0x0d: // const4s
        push(BigInt(reader.u32() | 0));
        break;
      case 0x0e: // const8u
      case 0x0f: // const8s
        push(reader.u64());
        break;
      case 0x10: // constu
        push(reader.ulebExact());
        break;
      case 0x11: // consts
        push(reader.slebExact());
        break;
      case 0x12: {
        // dup
        const top = pop();
        stack.push(top, top);
        break;
      }
      case 0x13: // drop
        pop();
        break;
      case 0x14: // over
        push(stack.at(-2) ?? reader.fail("takes from an empty stack"));
        break;
      case 0x15: // pick
        push(stack.at(-1 - reader.u8()) ?? reader.fail("takes from an empty stack"));
        break;
      case 0x16: {
        // swap
        const [top, below] = [pop(), pop()];
        stack.push(top, below);
        break;
      }
      case 0x19: {
        // abs
        const value = signed(pop());
        push(value < 0n ? -value : value);
        break;
      }
      case 0x1f: // neg
        push(-pop());
        break;
      case 0x20: // not
        push(~pop());
        break;
      case 0x23: // plus_uconst
        push(pop() + reader.ulebExact());
        break;
      case 0x28: {
        // bra
        const distance = (reader.u16() << 16) >> 16;
        if (pop() !== 0n) jump(reader, distance);
        break;
      }
      case 0x2f: // skip
        jump(reader, (reader.u16() << 16) >> 16);
        break;
      case 0x92: {
        // bregx
        const value = inputs.register(reader.uleb());
        if (value === undefined) return undefined;
        push(value + reader.slebExact());
        break;
      }
      case 0x96: // nop
        break;
      default: {
        const right = pop();
        const left = pop();
        const result = binary(code, left, right, signed(left), signed(right), addressBits);
        push(result ?? reader.fail(`has the unknown operation 0x${code.toString(16)}`));
      }
    }
  }
  return pop();
}

function jump(reader: DataReader, distance: number): void {
  const target = reader.position + distance;
  if (target < 0 || target > reader.end) reader.fail("jumps out of itself");
  reader.position = target;
}

function binary(
  code: number,
  left: bigint,
  right: bigint,
  signedLeft: bigint,
  signedRight: bigint,
  bits: number,
): bigint | undefined {
  const truth = (value: boolean) => (value ? 1n : 0n);
  const shift = right < BigInt(bits) ? right : BigInt(bits);
  switch (code) {
    case 0x1a:
      return left & right;
    case 0x1b:
      return signedRight === 0n ? undefined : signedLeft / signedRight;
    case 0x1c:
      return left - right;
    case 0x1d:
      return right === 0n ? undefined : left % right;
    case 0x1e:
      return left * right;
    case 0x21:
      return left | right;
    case 0x22:
      return left + right;
    case 0x24:
      return left << shift;
    case 0x25:
      return left >> shift;
    case 0x26:
      return signedLeft >> shift;
    case 0x27:
      return left ^ right;
    case 0x29:
      return truth(left === right);
    case 0x2a:
      return truth(signedLeft >= signedRight);
    case 0x2b:
      return truth(signedLeft > signedRight);
    case 0x2c:
      return truth(signedLeft <= signedRight);
    case 0x2d:
      return truth(signedLeft < signedRight);
    case 0x2e:
      return truth(left !== right);
    default:
      return undefined;
  }
}
