import type { RegisterRule, UnwindRow } from "../../formats/dwarf/cfi/unwindRow";
import type { GoLineTable } from "../../formats/go/lineTable";
import type { ArchitectureName } from "../architecture";
import type { UnwindTable } from "../objectFile";

/** DWARF numbers of the System V ABI. */
const rbp = 6;
const rsp = 7;
const returnAddress = 16;
const word = 8;
/** Marked as called by nobody, but it returns to the kernel's trampoline, which knows what was interrupted. */
const signalEntry = /^runtime\.(sigtramp|cgoSigtramp)$/;

/**
 * Unwind rules by the line table, which stripped programs have too. Go's functions push the frame pointer
 * right below the return address, and keep it there as long as they have a frame.
 */
export function goUnwindTable(lines: GoLineTable, architecture: ArchitectureName): UnwindTable | undefined {
  if (architecture !== "x86_64") return undefined;
  return {
    rowAt(address) {
      const found = lines.functionAt(address);
      const frameBytes = found && lines.frameBytesAt(found, address);
      if (found === undefined || frameBytes === undefined || frameBytes < 0) return undefined;
      return rowOf(frameBytes, found.isOutermost && !signalEntry.test(found.name));
    },
  };
}

function rowOf(frameBytes: number, isOutermost: boolean): UnwindRow {
  return {
    frameAddress: { kind: "register", register: rsp, offset: frameBytes + word },
    registers: new Map<number, RegisterRule>([
      [returnAddress, isOutermost ? { kind: "undefined" } : { kind: "offset", offset: -word }],
      [rbp, frameBytes > 0 ? { kind: "offset", offset: -2 * word } : { kind: "sameValue" }],
    ]),
    returnAddressRegister: returnAddress,
    isSignalFrame: false,
    isReturnAddressSigned: false,
  };
}
