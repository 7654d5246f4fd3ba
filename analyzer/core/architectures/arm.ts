import { type Architecture, numbered, range, type SignalTrampoline } from "./shape";

/** `uc_mcontext` is 20 into ucontext: trap number, error code, old mask, then r0 to pc. */
const context = (start: number) => range(0, 15).map((index) => start + 20 + 12 + 4 * index);

/** mov r7, #119; svc 0, in either instruction set: the frame begins with ucontext. */
const plain = context(0);
/** The same with #173, of handlers that asked for siginfo, which is 128 bytes before ucontext. */
const withInfo = context(128);

const trampolines: readonly SignalTrampoline[] = [
  { code: [0x77, 0x70, 0xa0, 0xe3, 0, 0, 0, 0xef], registerOffsets: plain },
  { code: [0x77, 0x27, 0x00, 0xdf], registerOffsets: plain },
  { code: [0x4f, 0xf0, 0x77, 0x07, 0x00, 0xdf], registerOffsets: plain },
  { code: [0xad, 0x70, 0xa0, 0xe3, 0, 0, 0, 0xef], registerOffsets: withInfo },
  { code: [0xad, 0x27, 0x00, 0xdf], registerOffsets: withInfo },
  { code: [0x4f, 0xf0, 0xad, 0x07, 0x00, 0xdf], registerOffsets: withInfo },
];

/** DWARF for the Arm Architecture, section 4.1. r11 and r7 are frame pointers of no common layout. */
export const arm: Architecture = {
  name: "arm",
  pointerBytes: 4,
  littleEndian: true,
  registerNames: [...numbered("r", 13), "sp", "lr", "pc"],
  programCounter: 15,
  stackPointer: 13,
  framePointer: 11,
  linkRegister: 14,
  // The lowest bit of an address of code says that it is Thumb.
  codeAddressMask: 0xffff_fffen,
  calleeSaved: range(4, 11),
  signalTrampolines: trampolines,
};
