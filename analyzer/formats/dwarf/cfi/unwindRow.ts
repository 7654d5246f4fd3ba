import { FrameOp, operandBits } from "../constants";
import { DataReader } from "../dataReader";
import { readPointer } from "./encodedPointer";
import type { FrameEntry } from "./frameEntries";
import type { FrameSection } from "./frameSection";

/** A DWARF expression as it lies in the section. */
export interface ExpressionBytes {
  readonly bytes: Uint8Array;
}

/** How the canonical frame address is found. */
export type FrameAddressRule =
  | { readonly kind: "register"; readonly register: number; readonly offset: number }
  | { readonly kind: "expression"; readonly expression: ExpressionBytes };

/** How the caller's value of one register is found (DWARF 5 section 6.4.1). */
export type RegisterRule =
  | { readonly kind: "undefined" }
  | { readonly kind: "sameValue" }
  /** At this distance from the frame address. */
  | { readonly kind: "offset"; readonly offset: number }
  /** The frame address plus this. */
  | { readonly kind: "valueOffset"; readonly offset: number }
  | { readonly kind: "register"; readonly register: number }
  /** At the address the expression gives. */
  | { readonly kind: "expression"; readonly expression: ExpressionBytes }
  | { readonly kind: "valueExpression"; readonly expression: ExpressionBytes };

/** The unwind rules at one instruction. */
export interface UnwindRow {
  readonly frameAddress: FrameAddressRule | undefined;
  /** Registers without a rule keep the rule of the calling convention. */
  readonly registers: ReadonlyMap<number, RegisterRule>;
  readonly returnAddressRegister: number;
  readonly isSignalFrame: boolean;
  /** aarch64: the return address carries a pointer-authentication code. */
  readonly isReturnAddressSigned: boolean;
}

interface State {
  frameAddress: FrameAddressRule | undefined;
  registers: Map<number, RegisterRule>;
  isSigned: boolean;
}

const maximumRemembered = 256;

/**
 * Runs the entry's program up to the instruction at `address`.
 * @throws DwarfDamage for unknown or cut instructions
 */
export function unwindRowAt(section: FrameSection, entry: FrameEntry, address: number): UnwindRow {
  const { common } = entry;
  const state: State = { frameAddress: undefined, registers: new Map(), isSigned: false };
  run(section, entry, state, common.instructions, common.instructionsEnd, undefined, undefined);
  const initial = new Map(state.registers);
  run(section, entry, state, entry.instructions, entry.instructionsEnd, initial, address);
  return {
    frameAddress: state.frameAddress,
    registers: state.registers,
    returnAddressRegister: common.returnAddressRegister,
    isSignalFrame: common.isSignalFrame,
    isReturnAddressSigned: state.isSigned,
  };
}

/** @param until stops before the row of a later address; absent while the common entry's program runs */
function run(
  section: FrameSection,
  { common, start }: FrameEntry,
  state: State,
  from: number,
  to: number,
  initial: ReadonlyMap<number, RegisterRule> | undefined,
  until: number | undefined,
): void {
  const reader = new DataReader(
    section.bytes,
    section.kind === "eh" ? ".eh_frame" : ".debug_frame",
    section.littleEndian,
    from,
    to,
  );
  const remembered: State[] = [];
  let location = start;
  const set = (register: number, rule: RegisterRule) => state.registers.set(register, rule);
  const restore = (register: number) => {
    const rule = initial?.get(register);
    if (rule === undefined) state.registers.delete(register);
    else set(register, rule);
  };
  const atOffset = (offset: number): RegisterRule => ({ kind: "offset", offset });
  const expression = (): ExpressionBytes => ({ bytes: reader.block(reader.uleb()) });
  const withFrameOffset = (offset: number) => {
    const { frameAddress } = state;
    if (frameAddress?.kind !== "register")
      return reader.fail("changes the offset of a frame address without one");
    state.frameAddress = { ...frameAddress, offset };
  };
  const withFrameRegister = (register: number) => {
    // gas for MIPS begins with a register alone: there is no offset yet.
    const { frameAddress = { kind: "register", offset: 0 } } = state;
    if (frameAddress.kind !== "register")
      return reader.fail("changes the register of a frame address without one");
    state.frameAddress = { ...frameAddress, register };
  };
  while (!reader.isAtEnd) {
    const code = reader.u8();
    const operand = code & operandBits;
    let next = location;
    switch (code & ~operandBits) {
      case FrameOp.advanceLoc:
        next = location + operand * common.codeAlignment;
        break;
      case FrameOp.offset:
        set(operand, atOffset(reader.uleb() * common.dataAlignment));
        continue;
      case FrameOp.restore:
        restore(operand);
        continue;
      default:
        switch (code) {
          case FrameOp.nop:
            continue;
          case FrameOp.setLoc:
            next = readPointer(reader, section, common.pointerEncoding);
            break;
          case FrameOp.advanceLoc1:
            next = location + reader.u8() * common.codeAlignment;
            break;
          case FrameOp.advanceLoc2:
            next = location + reader.u16() * common.codeAlignment;
            break;
          case FrameOp.advanceLoc4:
            next = location + reader.u32() * common.codeAlignment;
            break;
          case FrameOp.offsetExtended:
            set(reader.uleb(), atOffset(reader.uleb() * common.dataAlignment));
            continue;
          case FrameOp.restoreExtended:
            restore(reader.uleb());
            continue;
          case FrameOp.undefined:
            set(reader.uleb(), { kind: "undefined" });
            continue;
          case FrameOp.sameValue:
            set(reader.uleb(), { kind: "sameValue" });
            continue;
          case FrameOp.register:
            set(reader.uleb(), { kind: "register", register: reader.uleb() });
            continue;
          case FrameOp.rememberState:
            if (remembered.length >= maximumRemembered) reader.fail("remembers too many states");
            remembered.push({ ...state, registers: new Map(state.registers) });
            continue;
          case FrameOp.restoreState: {
            const saved = remembered.pop() ?? reader.fail("restores a state that was not remembered");
            Object.assign(state, saved);
            continue;
          }
          case FrameOp.defCfa:
            state.frameAddress = { kind: "register", register: reader.uleb(), offset: reader.uleb() };
            continue;
          case FrameOp.defCfaRegister:
            withFrameRegister(reader.uleb());
            continue;
          case FrameOp.defCfaOffset:
            withFrameOffset(reader.uleb());
            continue;
          case FrameOp.defCfaExpression:
            state.frameAddress = { kind: "expression", expression: expression() };
            continue;
          case FrameOp.expression:
            set(reader.uleb(), { kind: "expression", expression: expression() });
            continue;
          case FrameOp.offsetExtendedSf:
            set(reader.uleb(), atOffset(reader.sleb() * common.dataAlignment));
            continue;
          case FrameOp.defCfaSf:
            state.frameAddress = {
              kind: "register",
              register: reader.uleb(),
              offset: reader.sleb() * common.dataAlignment,
            };
            continue;
          case FrameOp.defCfaOffsetSf:
            withFrameOffset(reader.sleb() * common.dataAlignment);
            continue;
          case FrameOp.valOffset:
            set(reader.uleb(), { kind: "valueOffset", offset: reader.uleb() * common.dataAlignment });
            continue;
          case FrameOp.valOffsetSf:
            set(reader.uleb(), { kind: "valueOffset", offset: reader.sleb() * common.dataAlignment });
            continue;
          case FrameOp.valExpression:
            set(reader.uleb(), { kind: "valueExpression", expression: expression() });
            continue;
          case FrameOp.aarch64NegateRaStateWithPc:
          case FrameOp.aarch64NegateRaState:
            state.isSigned = !state.isSigned;
            continue;
          case FrameOp.gnuArgsSize:
            reader.uleb();
            continue;
          case FrameOp.gnuNegativeOffsetExtended:
            set(reader.uleb(), atOffset(-reader.uleb() * common.dataAlignment));
            continue;
          default:
            reader.fail(`has the unknown instruction 0x${code.toString(16)}`);
        }
    }
    if (until !== undefined && next > until) return;
    location = next;
  }
}
