import type { ByteSource } from "../../base/byteSource";
import { segmentType } from "../../formats/elf/constants";
import type { ElfFile } from "../../formats/elf/elfFile";
import type { MemoryImage, MemoryRange } from "../memoryImage";
import { type FileMapping, protection } from "../memorySegment";
import type { ProcessModule } from "../modules/processModule";
import { hasElfMagic } from "./elfMagic";
import { ElfObjectFile } from "./elfObjectFile";
import { elfOrUndefined } from "./elfOrUndefined";
import type { LinkMapEntry } from "./linkMap";

const pageBytes = 4096n;
/** No module has more between its first page and its data: older linkers leave 2 MiB. */
const mostBytesBeforeData = 1n << 30n;

/** The lines of NT_FILE by loaded file: same path, addresses rising. A file that is loaded twice gives two. */
export function mappedFiles(memory: MemoryImage): FileMapping[][] {
  const pieces: FileMapping[][] = [];
  const open = new Map<string, FileMapping[]>();
  for (const mapping of memory.mappings) {
    const piece = open.get(mapping.path);
    if (piece !== undefined && mapping.fileOffset > 0) {
      piece.push(mapping);
      continue;
    }
    const started = [mapping];
    open.set(mapping.path, started);
    pieces.push(started);
  }
  const files: FileMapping[][] = [];
  const last = new Map<string, FileMapping[]>();
  for (const piece of pieces) {
    const { path } = piece[0]!;
    const before = last.get(path);
    if (before !== undefined && isDataOf(memory, before, piece)) {
      for (const mapping of piece) before.push(mapping);
      continue;
    }
    last.set(path, piece);
    files.push(piece);
  }
  return files;
}

/** A small program has code and data in one page of its file, which is then mapped twice. */
function isDataOf(memory: MemoryImage, code: readonly FileMapping[], piece: readonly FileMapping[]): boolean {
  const first = piece[0]!;
  const headers = code[0]!.fileOffset === 0 ? headersIn(memory, code) : undefined;
  if (headers !== undefined && headers.segments.length > 0) {
    const bias = biasOf(headers, code[0]!);
    return headers.segments.some(
      ({ type, address, offset }) =>
        type === segmentType.load &&
        offset < pageBytes &&
        (BigInt.asUintN(64, address + bias) & -pageBytes) === first.start &&
        first.start !== code[0]!.start,
    );
  }
  const allowed = (mappings: readonly FileMapping[], bit: number) =>
    mappings.some((mapping) => isAllowed(memory, mapping, bit));
  return (
    allowed(code, protection.execute) &&
    !allowed(code, protection.write) &&
    allowed(piece, protection.write) &&
    !allowed(piece, protection.execute)
  );
}

function isAllowed(memory: MemoryImage, { start, protection: own }: FileMapping, bit: number): boolean {
  return ((own ?? memory.segmentOf(start)?.protection ?? 0) & bit) !== 0;
}

/**
 * The module these mappings of a file are; undefined when it is only a file that was mapped.
 * @param programHeaders the executable's, from AT_PHDR
 */
export function moduleOfMappings(
  memory: MemoryImage,
  mappings: readonly FileMapping[],
  linkMap: readonly LinkMapEntry[],
  programHeaders: bigint,
): Omit<ProcessModule, "index" | "kind"> | undefined {
  const first = mappings[0]!;
  const linked = linkMap.find(({ dynamic }) =>
    mappings.some(({ start, end }) => dynamic >= start && dynamic < end),
  );
  const isElf = first.fileOffset === 0 ? hasElfMagic(memory, first.start) : undefined;
  const headers = isElf ? headersIn(memory, mappings) : undefined;
  if (linked === undefined && !isLoaded(memory, mappings, isElf, headers)) return undefined;
  const ranges = [
    ...(linked === undefined
      ? []
      : leftOutRange(memory, first, linked === linkMap[0] ? programHeaders & -pageBytes : linked.bias)),
    ...mappings.map(({ start, end }) => ({ start, end })),
  ];
  let { end } = first;
  for (const mapping of mappings) if (mapping.end > end) end = mapping.end;
  const file = headers === undefined ? undefined : new ElfObjectFile(headers);
  return {
    path: first.path.replace(/ \(deleted\)$/, ""),
    start: ranges[0]!.start,
    end,
    ranges,
    bias: headers === undefined ? (linked?.bias ?? first.start) : biasOf(headers, first),
    mappings,
    ...(linked === undefined ? {} : { dynamic: linked.dynamic }),
    ...(file?.buildId === undefined ? {} : { buildId: file.buildId }),
    ...(file === undefined ? {} : { headers: file }),
  };
}

/** Without the loader's word: a data file (a jar, fonts, a locale archive) is neither ELF nor executable. */
function isLoaded(
  memory: MemoryImage,
  mappings: readonly FileMapping[],
  isElf: boolean | undefined,
  headers: ElfFile | undefined,
): boolean {
  if (isElf === false) return false;
  if (mappings.some((mapping) => isAllowed(memory, mapping, protection.execute))) return true;
  // Something mapped like a file to look at (a debugger's, a profiler's) never runs.
  if (isElf === true) return headers !== undefined && headers.segments.length > 0 && mappings.length > 1;
  // gdb leaves out code it takes for unchanged: then only constants the loader filled in and variables are listed.
  return mappings[0]!.fileOffset > 0 && hasRelocatedData(memory, mappings);
}

/** Read-only pages of a file that touch writable ones of the same file. */
function hasRelocatedData(memory: MemoryImage, mappings: readonly FileMapping[]): boolean {
  return mappings.some((mapping, index) => {
    const next = mappings[index + 1];
    return (
      next !== undefined &&
      next.start === mapping.end &&
      !isAllowed(memory, mapping, protection.write) &&
      isAllowed(memory, next, protection.write)
    );
  });
}

/** Where NT_FILE begins behind the start of a file: what is before it, as far as nothing else is there. */
function leftOutRange(memory: MemoryImage, first: FileMapping, from: bigint): MemoryRange[] {
  const isBefore = first.fileOffset > 0 && from > 0n && from < first.start;
  if (!isBefore || first.start - from > mostBytesBeforeData) return [];
  const isTaken = memory.segments.some(({ start, end }) => start < first.start && end > from);
  return isTaken ? [] : [{ start: from, end: first.start }];
}

/** Where the module is, from its first PT_LOAD: file offsets and addresses agree within a page. */
function biasOf(headers: ElfFile, first: FileMapping): bigint {
  const load = headers.segments.find(({ type }) => type === segmentType.load);
  if (load === undefined) return first.start;
  return BigInt.asUintN(64, first.start - BigInt(first.fileOffset) - (load.address - BigInt(load.offset)));
}

/** The tables in the module's first page; undefined when they are damaged. */
function headersIn(memory: MemoryImage, mappings: readonly FileMapping[]): ElfFile | undefined {
  return elfOrUndefined(mappedFileSource(memory, mappings));
}

/** A mapped file read through memory: what the process itself saw of it. */
function mappedFileSource(memory: MemoryImage, mappings: readonly FileMapping[]): ByteSource {
  const byteLength = mappings.reduce(
    (top, { start, end, fileOffset }) => Math.max(top, fileOffset + Number(end - start)),
    0,
  );
  return {
    name: mappings[0]?.path ?? "",
    byteLength,
    read: (position, into) => {
      let done = 0;
      while (done < into.byteLength) {
        const at = position + done;
        const mapping = mappings.find(
          ({ start, end, fileOffset }) => at >= fileOffset && at < fileOffset + Number(end - start),
        );
        if (mapping === undefined) break;
        const distance = at - mapping.fileOffset;
        const fits = Math.min(into.byteLength - done, Number(mapping.end - mapping.start) - distance);
        const got = memory.read(mapping.start + BigInt(distance), into.subarray(done, done + fits));
        if (got === 0) break;
        done += got;
      }
      return done;
    },
  };
}
