import { type ByteSource, readUpTo } from "../../base/byteSource";
import { segmentType } from "../../formats/elf/constants";
import { type ElfFile, textAt } from "../../formats/elf/elfFile";
import { auxiliary } from "../auxiliaryVector";
import type { MemoryImage, MemoryRange } from "../memoryImage";
import { type FileMapping, protection } from "../memorySegment";
import { loadedRanges, type ProcessModule } from "../modules/processModule";
import type { ModuleKind } from "../objectFile";
import { ElfObjectFile } from "./elfObjectFile";
import { elfOrUndefined } from "./elfOrUndefined";
import { executableBias, type LinkMapEntry, readLinkMap } from "./linkMap";

const pageBytes = 4096n;
const vdsoBytes = 64 << 10;

/**
 * Every executable and library the process had mapped: from NT_FILE, the vdso of the auxiliary vector, and the
 * dynamic loader's own list for cores without NT_FILE (qemu-user) and for modules NT_FILE leaves out.
 *
 * @param executable the user's program, needed only when the core holds neither NT_FILE nor program headers
 */
export function listModules(
  memory: MemoryImage,
  auxiliaryVector: ReadonlyMap<number, bigint>,
  executable: ElfFile | undefined,
  executablePath: string,
): ProcessModule[] {
  const found: Omit<ProcessModule, "index">[] = mappedFiles(memory.mappings).flatMap((mappings) => {
    const module = moduleOfMappings(memory, mappings, auxiliaryVector);
    return module === undefined ? [] : [module];
  });
  const vdso = vdsoModule(memory, auxiliaryVector.get(auxiliary.vdso));
  if (vdso !== undefined) found.push(vdso);
  const entry = auxiliaryVector.get(auxiliary.entry) ?? 0n;
  const linkMap = linkMapOf(memory, auxiliaryVector, executable);
  for (const [position, linked] of linkMap.entries()) {
    const inside = ({ ranges, bias }: Omit<ProcessModule, "index">) =>
      bias === linked.bias ||
      ranges.some(({ start, end }) => linked.dynamic >= start && linked.dynamic < end);
    if (found.some(inside)) continue;
    const isExecutable = position === 0;
    // The loader's own name may lie in a page of the executable that the core left out.
    const path = isExecutable ? executablePath : linked.path || (interpreterOf(executable) ?? "");
    found.push(linkedModule(memory, linked, isExecutable, path, auxiliaryVector));
  }
  if (!found.some(({ kind }) => kind === "executable") && executable !== undefined) {
    found.push(fileOnlyModule(executablePath, executableBias(entry, executable)));
  }
  found.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  return found.map((module, index) => ({ index, ...module }));
}

/** The dynamic loader's own list, from what the auxiliary vector says of the executable. */
export function linkMapOf(
  memory: MemoryImage,
  auxiliaryVector: ReadonlyMap<number, bigint>,
  executable: ElfFile | undefined,
): LinkMapEntry[] {
  const headers = {
    address: auxiliaryVector.get(auxiliary.programHeaders) ?? 0n,
    count: Number(auxiliaryVector.get(auxiliary.programHeaderCount) ?? 0n),
    entry: auxiliaryVector.get(auxiliary.entry) ?? 0n,
  };
  return readLinkMap(memory, headers, executable);
}

/** NT_FILE lines of one loaded file: same path, addresses rising, a new group at each mapping of the file's start. */
function mappedFiles(mappings: readonly FileMapping[]): FileMapping[][] {
  const groups: FileMapping[][] = [];
  const open = new Map<string, FileMapping[]>();
  for (const mapping of mappings) {
    const group = open.get(mapping.path);
    if (group !== undefined && mapping.fileOffset > 0) {
      group.push(mapping);
      continue;
    }
    const started = [mapping];
    open.set(mapping.path, started);
    groups.push(started);
  }
  return groups;
}

function moduleOfMappings(
  memory: MemoryImage,
  mappings: readonly FileMapping[],
  auxiliaryVector: ReadonlyMap<number, bigint>,
): Omit<ProcessModule, "index"> | undefined {
  const first = mappings[0]!;
  const magic = first.fileOffset === 0 ? memory.u32(first.start) : undefined;
  const executes = mappings.some(
    ({ start }) => ((memory.segmentOf(start)?.protection ?? 0) & protection.execute) !== 0,
  );
  const isElf = magic === 0x464c457f;
  // A data file (a jar, fonts, a locale archive) is neither ELF nor executable.
  if (!isElf && (magic !== undefined || !executes)) return undefined;
  const ranges = mappings.map(({ start, end }) => ({ start, end }));
  const headers = isElf ? headersIn(memory, mappings) : undefined;
  // Something mapped like a file to look at (a debugger's, a profiler's) never runs.
  if (!executes && !(headers !== undefined && headers.segments.length > 0)) return undefined;
  if (!executes && mappings.length === 1) return undefined;
  const bias = headers === undefined ? first.start : biasOf(headers, first);
  let { end } = first;
  for (const mapping of mappings) if (mapping.end > end) end = mapping.end;
  const file = headers === undefined ? undefined : new ElfObjectFile(headers);
  return {
    path: first.path.replace(/ \(deleted\)$/, ""),
    kind: kindOf(ranges, auxiliaryVector),
    start: first.start,
    end,
    ranges,
    bias,
    ...(file?.buildId === undefined ? {} : { buildId: file.buildId }),
    ...(file === undefined ? {} : { headers: file }),
  };
}

function kindOf(ranges: readonly MemoryRange[], auxiliaryVector: ReadonlyMap<number, bigint>): ModuleKind {
  const holds = (tag: number) => {
    const address = auxiliaryVector.get(tag);
    return address !== undefined && ranges.some(({ start, end }) => address >= start && address < end);
  };
  if (holds(auxiliary.entry)) return "executable";
  return holds(auxiliary.interpreterBase) ? "loader" : "library";
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

function vdsoModule(
  memory: MemoryImage,
  address: bigint | undefined,
): Omit<ProcessModule, "index"> | undefined {
  if (address === undefined || memory.u32(address) !== 0x464c457f) return undefined;
  const segment = memory.segmentOf(address);
  const end = segment?.end ?? address + pageBytes;
  const source = memory.sourceAt("[vdso]", address, Math.min(Number(end - address), vdsoBytes));
  const headers = elfOrUndefined(source);
  if (headers === undefined) return undefined;
  const load = headers.segments.find(({ type }) => type === segmentType.load);
  const file = new ElfObjectFile(headers);
  return {
    path: "[vdso]",
    kind: "vdso",
    start: address,
    end,
    ranges: [{ start: address, end }],
    bias: BigInt.asUintN(64, address - (load === undefined ? 0n : load.address - BigInt(load.offset))),
    headers: file,
    ...(file.buildId === undefined ? {} : { buildId: file.buildId }),
  };
}

/** A module only the loader's list names; its extent comes from its headers in memory, else from its file later. */
function linkedModule(
  memory: MemoryImage,
  linked: LinkMapEntry,
  isExecutable: boolean,
  path: string,
  auxiliaryVector: ReadonlyMap<number, bigint>,
): Omit<ProcessModule, "index"> {
  const base = fileOnlyModule(path, linked.bias);
  const kind: ModuleKind = isExecutable
    ? "executable"
    : linked.bias === auxiliaryVector.get(auxiliary.interpreterBase)
      ? "loader"
      : "library";
  if (memory.u32(linked.bias) !== 0x464c457f) return { ...base, kind };
  const extent = memory.sourceAt(path, linked.bias, 1 << 30);
  const headers = elfOrUndefined(extent);
  if (headers === undefined) return { ...base, kind };
  const file = new ElfObjectFile(headers);
  const ranges = loadedRanges(file, linked.bias);
  return {
    ...base,
    kind,
    headers: file,
    ranges,
    start: ranges[0]?.start ?? base.start,
    end: ranges.at(-1)?.end ?? base.end,
    ...(file.buildId === undefined ? {} : { buildId: file.buildId }),
  };
}

function interpreterOf(executable: ElfFile | undefined): string | undefined {
  const segment = executable?.segments.find(({ type }) => type === segmentType.interpreter);
  if (executable === undefined || segment === undefined) return undefined;
  return textAt(readUpTo(executable.source, segment.offset, Math.min(segment.fileBytes, 4096)), 0);
}

function fileOnlyModule(path: string, bias: bigint): Omit<ProcessModule, "index"> {
  return { path, kind: "executable", start: bias, end: bias, ranges: [], bias };
}
