import { formatHex } from "../../base/units";
import type { MemoryImage } from "../memoryImage";
import { messageOfException } from "./cppMessage";
import { readTypeInfo, type TypeInfo } from "./cppTypeInfo";
import { type CrashScene, stackPointerOf } from "./crashScene";

/**
 * `_Unwind_Exception.exception_class` of the runtimes (Itanium C++ ABI, exception handling, section 2.2.1). The last
 * byte is 1 for an exception that stands for one kept by `std::exception_ptr`.
 */
const classes: ReadonlyMap<bigint, { readonly runtime: string; readonly isDependent: boolean }> = new Map([
  [0x474e5543_432b2b00n, { runtime: "libstdc++", isDependent: false }],
  [0x474e5543_432b2b01n, { runtime: "libstdc++", isDependent: true }],
  [0x434c4e47_432b2b00n, { runtime: "libc++", isDependent: false }],
  [0x434c4e47_432b2b01n, { runtime: "libc++", isDependent: true }],
]);

/**
 * `__cxa_exception` of both runtimes: the type is its first field, the unwinder's header its last; then the object.
 * The header lies at multiples of 16 bytes.
 */
const typeBeforeHeader = { 8: 80n, 4: 48n } as const;
const headerBytes = 32n;

/** Words of the stack that are looked at; frames of runtimes are small. */
const mostWords = 8192;

export interface ThrownException {
  readonly type: string;
  readonly message?: string;
  readonly evidence: string;
}

/**
 * The exception on its way, told without any debug information: the frames that throw hold its address, and its
 * header has a mark of 8 bytes that nothing else has.
 */
export function exceptionInFlight(scene: CrashScene): ThrownException | undefined {
  const { memory } = scene.process.image;
  const word = memory.pointerBytes;
  const start = stackPointerOf(scene);
  const stack = memory.bytes(start, mostWords * word);
  const view = new DataView(stack.buffer, stack.byteOffset, stack.byteLength);
  const seen = new Set<bigint>();
  for (let at = 0; at + word <= stack.length; at += word) {
    const value = memory.pointerIn(view, at);
    if (value % 8n !== 0n || value < 4096n || seen.has(value)) continue;
    seen.add(value);
    const thrown = exceptionAt(scene, memory, value) ?? exceptionAt(scene, memory, value - headerBytes);
    if (thrown !== undefined) return thrown;
  }
  return undefined;
}

function exceptionAt(scene: CrashScene, memory: MemoryImage, header: bigint): ThrownException | undefined {
  const mark = memory.u64(header);
  const found = mark === undefined ? undefined : classes.get(mark);
  if (found === undefined) return undefined;
  const typeBefore = typeBeforeHeader[memory.pointerBytes];
  let object = header + headerBytes;
  // Instead of a type, the object that is thrown again.
  if (found.isDependent) object = memory.pointer(header - typeBefore) ?? 0n;
  const info = memory.pointer(object - headerBytes - typeBefore);
  const type = info === undefined ? undefined : readTypeInfo(scene, info);
  if (type === undefined) return undefined;
  const message = messageOfException(scene, type, object);
  return {
    type: shortName(type),
    ...(message !== undefined && { message }),
    evidence: `the exception object of ${found.runtime} at ${formatHex(object)}`,
  };
}

/** As people write it. */
function shortName({ name }: TypeInfo): string {
  return name
    .replace(/\bstd::(__1|__cxx11)::/g, "std::")
    .replace(/\bstd::basic_string<char, std::char_traits<char>, std::allocator<char> ?>/g, "std::string");
}
