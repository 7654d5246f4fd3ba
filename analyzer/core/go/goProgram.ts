import { GoLineTable, isLineTable } from "../../formats/go/lineTable";
import type { MemoryImage, MemoryRange } from "../memoryImage";
import { protection } from "../memorySegment";
import { forEachPiece } from "../memoryWords";
import type { ProcessModule } from "../modules/processModule";
import type { ObjectFile } from "../objectFile";
import type { SymbolTable } from "../symbols/symbolTable";
import { minorOf, versionIn } from "./goVersion";
import { newestKnown } from "./layout";

/** What is asked of a module to find Go in it. */
export interface ModuleInFile extends ProcessModule {
  readonly files: { readonly main?: ObjectFile };
  readonly symbols: SymbolTable;
  relative(address: bigint): number;
}

/** A module with code by the Go compiler: what the linker wrote for its runtime. */
export interface GoProgram {
  /** As the linker wrote it, e.g. `go1.26.8`. */
  readonly version?: string;
  readonly lines: GoLineTable;
  /** Initialized data and zeroed data, with and without pointers. */
  readonly data: readonly MemoryRange[];
  readonly types: MemoryRange;
}

/** `runtime.moduledata`, the same up to the types since Go 1.20. */
const fields = {
  lineTableEnd: 104n,
  text: 176n,
  dataRanges: [192n, 208n, 224n, 240n],
  types: 296n,
} as const;

function laterFields(minor: number) {
  return minor < 27 ? { typesEnd: 304n, functionData: 320n } : { typesEnd: 312n, functionData: 344n };
}

const sections = [".gopclntab", ".data.rel.ro.gopclntab", ".go.buildinfo"];
const largestTable = 512 << 20;
/** Data that is searched for the module's description when no symbol names it. */
const mostSearched = 128 << 20;

/** @returns undefined for modules without Go code, and for those of Go before 1.20 */
export function goProgramOf(module: ModuleInFile, memory: MemoryImage): GoProgram | undefined {
  if (memory.pointerBytes !== 8) return undefined;
  const { main } = module.files;
  if (main === undefined ? module.kind !== "executable" : !sections.some((name) => main.hasSection(name)))
    return undefined;
  const version = versionIn(writableParts(module, false), memory);
  // Without its file nothing but the data tells whether a program is Go's: most are not.
  if (main === undefined && version === undefined) return undefined;
  const named = module.symbols.named("runtime.firstmoduledata");
  const at = named === undefined ? findDescription(module, memory) : BigInt(named.address) + module.bias;
  return at === undefined ? undefined : programAt(at, version, module, memory);
}

function programAt(
  at: bigint,
  version: string | undefined,
  module: ModuleInFile,
  memory: MemoryImage,
): GoProgram | undefined {
  const { typesEnd, functionData: functionDataAt } = laterFields(minorOf(version ?? "") ?? newestKnown);
  const word = (offset: bigint) => memory.u64(at + offset) ?? 0n;
  const table = word(0n);
  const bytes = word(fields.lineTableEnd) + word(fields.lineTableEnd + 8n) - table;
  if (bytes <= 0n || bytes > largestTable) return undefined;
  const functionData = word(functionDataAt);
  const lines = GoLineTable.of({
    table: memory.bytes(table, Number(bytes)),
    textStart: module.relative(word(fields.text)),
    functionData: (offset, length) => memory.bytes(functionData + BigInt(offset), length),
  });
  if (lines === undefined) return undefined;
  const rangeAt = (offset: bigint): MemoryRange => ({ start: word(offset), end: word(offset + 8n) });
  const isOwn = ({ start, end }: MemoryRange) =>
    start >= module.start && start <= end && end <= dataEnd(module);
  return {
    lines,
    data: fields.dataRanges.map(rangeAt).filter(isOwn),
    types: { start: word(fields.types), end: word(typesEnd) },
    ...(version !== undefined && { version }),
  };
}

/** Zeroed data follows what is mapped of the file. */
function dataEnd(module: ModuleInFile): bigint {
  let end = module.end;
  for (const { start, end: until } of writableParts(module, true))
    if (until > start && until > end) end = until;
  return end;
}

function writableParts(module: ModuleInFile, withZeros: boolean): MemoryRange[] {
  const file = module.files.main ?? module.headers;
  return (file?.segments ?? [])
    .filter((segment) => (segment.protection & protection.write) !== 0)
    .map(({ address, memoryBytes, fileBytes }) => {
      const start = BigInt.asUintN(64, address + module.bias);
      return { start, end: start + BigInt(withZeros ? memoryBytes : fileBytes) };
    });
}

/** The description begins with the address of the line table. */
function findDescription(module: ModuleInFile, memory: MemoryImage): bigint | undefined {
  let found: bigint | undefined;
  let rest = mostSearched;
  const piece = new Uint8Array(1 << 16);
  const low = Number(module.start);
  const high = Number(module.end);
  for (const { start, end } of writableParts(module, false)) {
    const until = Math.min(Number(end), Number(start) + rest);
    rest -= Math.max(0, until - Number(start));
    forEachPiece(
      memory,
      Number(start),
      until,
      (words, address, bytes) => {
        for (let at = 0; at < bytes && found === undefined; at += 8) {
          const upper = words.getUint32(at + 4, true);
          const lower = words.getUint32(at, true);
          const value = upper * 0x1_0000_0000 + lower;
          if (lower % 8 !== 0 || value < low || value >= high) continue;
          if (!isLineTable(memory.bytes(BigInt(value), 8))) continue;
          const candidate = BigInt(address + at);
          if (programAt(candidate, undefined, module, memory) !== undefined) found = candidate;
        }
      },
      piece,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
