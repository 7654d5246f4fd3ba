import { readUpTo } from "../../base/byteSource";
import { segmentType } from "../../formats/elf/constants";
import { type ElfFile, textAt } from "../../formats/elf/elfFile";
import type { MemoryImage } from "../memoryImage";
import { loadedRanges, type ProcessModule } from "../modules/processModule";
import { hasElfMagic } from "./elfMagic";
import { ElfObjectFile } from "./elfObjectFile";
import { elfOrUndefined } from "./elfOrUndefined";
import type { LinkMapEntry } from "./linkMap";

const pageBytes = 4096n;
/** Segments before the one with the dynamic section among which the module's first page is looked for. */
const mostSegmentsOfModule = 16;

/**
 * A module only the loader's list names; its extent comes from its headers in memory, else from its file later.
 * @param programHeaders where they are, when that is known (AT_PHDR for the executable)
 */
export function linkedModule(
  memory: MemoryImage,
  linked: LinkMapEntry,
  path: string,
  programHeaders: bigint | undefined,
): Omit<ProcessModule, "index" | "kind"> {
  const { bias, dynamic } = linked;
  const elf = headersOf(memory, linked, path, programHeaders);
  if (elf === undefined) return { path, start: bias, end: bias, ranges: [], bias, dynamic };
  const file = new ElfObjectFile(elf);
  const ranges = loadedRanges(file, bias);
  return {
    path,
    bias,
    dynamic,
    headers: file,
    ranges,
    start: ranges[0]?.start ?? bias,
    end: ranges.at(-1)?.end ?? bias,
    ...(file.buildId === undefined ? {} : { buildId: file.buildId }),
  };
}

/** The tables of a module in its first page, which lies somewhere before its dynamic section and names its address. */
function headersOf(
  memory: MemoryImage,
  { bias, dynamic }: LinkMapEntry,
  path: string,
  programHeaders: bigint | undefined,
): ElfFile | undefined {
  const before = memory.segments.filter(({ start }) => start <= dynamic).slice(-mostSegmentsOfModule);
  const starts = [
    bias,
    ...(programHeaders === undefined ? [] : [programHeaders & -pageBytes]),
    ...before.map(({ start }) => start).reverse(),
  ];
  for (const start of starts) {
    if (hasElfMagic(memory, start) !== true) continue;
    const elf = elfOrUndefined(memory.sourceAt(path, start, 1 << 30));
    const own = elf?.segments.find(({ type }) => type === segmentType.dynamic);
    if (own !== undefined && BigInt.asUintN(64, own.address + bias) === dynamic) return elf;
  }
  return undefined;
}

/** The path of the dynamic loader a program asks for. */
export function interpreterOf(executable: ElfFile | undefined): string | undefined {
  const segment = executable?.segments.find(({ type }) => type === segmentType.interpreter);
  if (executable === undefined || segment === undefined) return undefined;
  return textAt(readUpTo(executable.source, segment.offset, Math.min(segment.fileBytes, 4096)), 0);
}
