import { dynamicTag, segmentType } from "../../formats/elf/constants";
import type { ElfFile } from "../../formats/elf/elfFile";
import { parseSegment, programEntryBytesOf } from "../../formats/elf/elfTables";
import type { MemoryImage } from "../memoryImage";

/** One entry of the dynamic loader's list (`struct link_map` of `link.h`). */
export interface LinkMapEntry {
  /** `l_addr`: run-time minus link-time address. */
  readonly bias: bigint;
  /** Empty for the executable. */
  readonly path: string;
  /** Run-time address of its dynamic section. */
  readonly dynamic: bigint;
  /** Where its path stands. */
  readonly nameAddress: bigint;
}

/** Words of `r_debug` and of `link_map` that debuggers read. */
const structWords = 5;
const maximumDynamicEntries = 4096;
const maximumModules = 8192;
/** The dynamic section lies at the beginning of a file's data. */
const mostBytesSearched = 64 << 10;
const mostMappingsSearched = 256;

/** Where the executable's program headers are, from the auxiliary vector. */
export interface ProgramHeadersInMemory {
  readonly address: bigint;
  readonly count: number;
  readonly entry: bigint;
}

/**
 * Follows PT_DYNAMIC → DT_DEBUG → r_debug → link_map. The program headers come from memory, or from the executable's
 * file when the core left them out (qemu-user), then placed by the entry point.
 * Where both are missing (gcore leaves out code), DT_DEBUG is looked for in the data of mapped files.
 * @returns empty when any step is missing; never follows a list twice.
 */
export function readLinkMap(
  memory: MemoryImage,
  headers: ProgramHeadersInMemory,
  executable: ElfFile | undefined,
): LinkMapEntry[] {
  const dynamic = dynamicSectionOf(memory, headers, executable);
  const named = dynamic === undefined ? undefined : debugPointerOf(memory, dynamic);
  const debug = named ?? debugPointerInMappings(memory);
  if (debug === undefined || debug === 0n) return [];
  const word = BigInt(memory.pointerBytes);
  let at = memory.pointer(debug + word) ?? 0n;
  const log = memory.structureLog;
  log?.add(Number(debug), structWords * memory.pointerBytes);
  const entries: LinkMapEntry[] = [];
  const seen = new Set<bigint>();
  while (at !== 0n && !seen.has(at) && entries.length < maximumModules) {
    seen.add(at);
    const bias = memory.pointer(at);
    const name = memory.pointer(at + word);
    const dynamicAddress = memory.pointer(at + 2n * word);
    if (bias === undefined || name === undefined || dynamicAddress === undefined) break;
    const path = memory.text(name) ?? "";
    entries.push({ bias, path, dynamic: dynamicAddress, nameAddress: name });
    log?.add(Number(at), structWords * memory.pointerBytes);
    log?.add(Number(name), new TextEncoder().encode(path).byteLength + 1);
    at = memory.pointer(at + 3n * word) ?? 0n;
  }
  return entries;
}

function dynamicSectionOf(
  memory: MemoryImage,
  headers: ProgramHeadersInMemory,
  executable: ElfFile | undefined,
): bigint | undefined {
  const bits = memory.pointerBytes === 8 ? 64 : 32;
  const entryBytes = programEntryBytesOf(bits);
  const count = Math.min(headers.count, 1024);
  const table = memory.bytes(headers.address, count * entryBytes);
  if (count > 0 && table.length === count * entryBytes) {
    const segments = Array.from({ length: count }, (_, i) =>
      parseSegment(table.subarray(i * entryBytes, (i + 1) * entryBytes), {
        bits,
        littleEndian: memory.littleEndian,
      }),
    );
    const own = segments.find(({ type }) => type === segmentType.programHeaders);
    const dynamic = segments.find(({ type }) => type === segmentType.dynamic);
    // Without PT_PHDR the executable is not position independent.
    const bias = own === undefined ? 0n : headers.address - own.address;
    return dynamic === undefined ? undefined : dynamic.address + bias;
  }
  const dynamic = executable?.segments.find(({ type }) => type === segmentType.dynamic);
  if (executable === undefined || dynamic === undefined) return undefined;
  return dynamic.address + executableBias(headers.entry, executable);
}

/** AT_ENTRY minus `e_entry`. */
export function executableBias(entry: bigint, executable: ElfFile): bigint {
  return entry - executable.header.entry;
}

function debugPointerOf(memory: MemoryImage, dynamic: bigint): bigint | undefined {
  const word = BigInt(memory.pointerBytes);
  for (let i = 0; i < maximumDynamicEntries; i++) {
    const at = dynamic + BigInt(i) * 2n * word;
    const tag = memory.pointer(at);
    memory.structureLog?.add(Number(at), 2 * memory.pointerBytes);
    if (tag === undefined || tag === BigInt(dynamicTag.end)) return undefined;
    if (tag === BigInt(dynamicTag.debug)) return memory.pointer(at + word);
  }
  return undefined;
}

/** DT_DEBUG of some mapped file that leads to a `struct r_debug`: version, then a list whose first entry has no previous one. */
function debugPointerInMappings(memory: MemoryImage): bigint | undefined {
  const word = memory.pointerBytes;
  for (const { start, end, fileOffset } of memory.mappings.slice(0, mostMappingsSearched)) {
    if (fileOffset === 0) continue;
    const bytes = memory.bytes(start, Math.min(Number(end - start), mostBytesSearched));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // The tag's upper half is 0 in both widths.
    const lowHalf = (at: number) => (memory.littleEndian ? at : at + word - 4);
    for (let at = 0; at + 2 * word <= bytes.length; at += word) {
      if (view.getUint32(lowHalf(at), memory.littleEndian) !== dynamicTag.debug) continue;
      const pointer = memory.pointer(start + BigInt(at + word));
      if (pointer !== undefined && isLoaderDebug(memory, pointer)) return pointer;
    }
  }
  return undefined;
}

function isLoaderDebug(memory: MemoryImage, address: bigint): boolean {
  const word = BigInt(memory.pointerBytes);
  const version = memory.u32(address) ?? 0;
  const first = memory.pointer(address + word) ?? 0n;
  if (version < 1 || version > 2 || first === 0n) return false;
  const next = memory.pointer(first + 3n * word) ?? 0n;
  return (
    memory.pointer(first + 4n * word) === 0n && next !== 0n && memory.pointer(next + 4n * word) === first
  );
}
