import type { DebugType } from "../../../formats/dwarf/types";
import type { WordOrder } from "../../memoryImage";
import type { ThreadSnapshot } from "../../processSnapshot";
import { arrayType, integerType, pointerType, recordType, unionType } from "../madeTypes";
import { processBytes } from "../storage";
import type { TypedValue } from "../typedValue";

const int = integerType("int", 4);
const unsigned = integerType("unsigned int", 4, false);

/** Fields one after the other, each at a multiple of its size. */
function struct(
  name: string,
  fields: Readonly<Record<string, DebugType>>,
  sizeOf: (type: DebugType) => number,
) {
  let offset = 0;
  const placed = Object.entries(fields).map(([field, type]) => {
    const size = sizeOf(type);
    offset = Math.ceil(offset / size) * size;
    const made = { name: field, type, offset };
    offset += size;
    return made;
  });
  return recordType("struct", name, offset, placed);
}

/** `siginfo_t` as the kernel has it: what follows the first three words depends on the signal. */
function signalInfoType(pointerBytes: 4 | 8): DebugType {
  const pointer = pointerType(pointerBytes);
  const long = integerType("long", pointerBytes);
  const sizeOf = (type: DebugType) => (type.kind === "base" ? type.byteSize : pointerBytes);
  const made = (fields: Readonly<Record<string, DebugType>>) => struct("", fields, sizeOf);
  const value = unionType("sigval", pointerBytes, { sival_int: int, sival_ptr: pointer });
  const bounds = struct("", { _lower: pointer, _upper: pointer }, sizeOf);
  const start = pointerBytes === 8 ? 16 : 12;
  const fault = recordType("struct", "", 4 * pointerBytes, [
    { name: "si_addr", type: pointer, offset: 0 },
    { name: "_addr_lsb", type: integerType("short", 2), offset: pointerBytes },
    { name: "_addr_bnd", type: bounds, offset: 2 * pointerBytes },
  ]);
  const fields = unionType("", 128 - start, {
    _pad: arrayType(int, (128 - start) / 4),
    _kill: made({ si_pid: int, si_uid: unsigned }),
    _timer: made({ si_tid: int, si_overrun: int, si_sigval: value }),
    _rt: made({ si_pid: int, si_uid: unsigned, si_sigval: value }),
    _sigchld: made({ si_pid: int, si_uid: unsigned, si_status: int, si_utime: long, si_stime: long }),
    _sigfault: fault,
    _sigpoll: made({ si_band: long, si_fd: int }),
    _sigsys: made({ _call_addr: pointer, _syscall: int, _arch: unsigned }),
  });
  return recordType("struct", "siginfo_t", 128, [
    ...["si_signo", "si_errno", "si_code"].map((name, index) => ({ name, type: int, offset: index * 4 })),
    { name: "_sifields", type: fields, offset: start },
  ]);
}

/** What the kernel said of the signal a thread got; undefined where the dump does not say. */
export function signalInfoOf({ registerBlock }: ThreadSnapshot, order: WordOrder): TypedValue | undefined {
  const bytes = registerBlock?.("signalInfo");
  if (bytes === undefined) return undefined;
  return { type: signalInfoType(order.pointerBytes), storage: processBytes(bytes, order) };
}
