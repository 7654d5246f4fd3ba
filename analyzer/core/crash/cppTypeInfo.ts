import { demangle } from "../symbols/demangle/demangle";
import type { CrashScene } from "./crashScene";
import { messageAt } from "./foreignMessage";

/** `std::type_info` of a class or a built-in type (Itanium C++ ABI section 2.9.5). */
export interface TypeInfo {
  readonly mangled: string;
  readonly name: string;
  /** The class and its bases along the first one of each, outermost last: those lie at the object's beginning. */
  readonly chain: readonly string[];
}

const longestChain = 16;

export function readTypeInfo(scene: CrashScene, address: bigint): TypeInfo | undefined {
  const mangled = mangledNameAt(scene, address);
  if (mangled === undefined) return undefined;
  const name = typeNameOf(mangled);
  if (name === undefined) return undefined;
  return { mangled, name, chain: chainOf(scene, address) };
}

/** `P4Node` → `Node*`. */
function typeNameOf(mangled: string): string | undefined {
  const prefix = "typeinfo for ";
  const text = demangle(`_ZTI${mangled}`);
  return text?.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}

function mangledNameAt({ process }: CrashScene, address: bigint): string | undefined {
  const { memory } = process.image;
  const name = memory.pointer(address + BigInt(memory.pointerBytes));
  // Names that are only equal by address begin with a star.
  const text = name === undefined ? undefined : messageAt(memory, name, 2000)?.replace(/^\*/, "");
  return text !== undefined && /^[\w.$]+$/.test(text) ? text : undefined;
}

function chainOf(scene: CrashScene, address: bigint): string[] {
  const { memory } = scene.process.image;
  const chain: string[] = [];
  let at: bigint | undefined = address;
  while (at !== undefined && chain.length < longestChain) {
    const name = mangledNameAt(scene, at);
    if (name === undefined || chain.includes(name)) break;
    chain.push(name);
    at = firstBaseOf(scene, at, memory.pointer(at) ?? 0n);
  }
  return chain;
}

/** Which of the runtime's classes a type_info is, told by its own table of virtual functions. */
function firstBaseOf(scene: CrashScene, info: bigint, vtable: bigint): bigint | undefined {
  const { memory } = scene.process.image;
  const word = BigInt(memory.pointerBytes);
  // Two words before the functions are the offset to the top and the type_info of the type_info's own class.
  const meta = memory.pointer(vtable - word);
  const kind = meta === undefined ? undefined : mangledNameAt(scene, meta);
  if (kind?.endsWith("__si_class_type_infoE")) return memory.pointer(info + 2n * word);
  if (!kind?.endsWith("__vmi_class_type_infoE")) return undefined;
  // Flags and count, then pairs of a base and its offset, whose low byte are flags.
  const offset = memory.pointer(info + 3n * word + 8n);
  return offset !== undefined && offset >> 8n === 0n ? memory.pointer(info + 2n * word + 8n) : undefined;
}
