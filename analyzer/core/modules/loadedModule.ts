import type { FrameTable } from "../../formats/dwarf/cfi/frameTable";
import { segmentFlag, segmentType } from "../../formats/elf/constants";
import type { ElfFile } from "../../formats/elf/elfFile";
import type { SectionReading } from "../../formats/elf/sections";
import { symbolTablesOf } from "../../formats/elf/symbols";
import { frameTablesOf } from "../elf/frameTables";
import { rangesOf } from "../elf/moduleList";
import { symbolsInMemory } from "../elf/symbolsInMemory";
import type { FileBacking, MemoryImage, MemoryRange } from "../memoryImage";
import { type SymbolTable, symbolTableOf } from "../symbols/symbolTable";
import type { ModuleMatch } from "./moduleFiles";
import type { CoreModule, ModuleKind } from "./processModule";

/** The files of a module, opened. */
export interface OpenedFiles {
  /** The executable or library itself. */
  readonly main?: ElfFile;
  /** Separate debug information. */
  readonly debug?: ElfFile;
  /** The ELF file inside `.gnu_debugdata`: symbols of functions only. */
  readonly miniDebug?: ElfFile;
}

export interface LoadInputs {
  readonly match: ModuleMatch;
  readonly files: OpenedFiles;
  readonly memory: MemoryImage;
  readonly reading: SectionReading;
  /** AT_ENTRY, which places an executable the core has no headers of. */
  readonly entry?: bigint;
}

/** A module with the files that stand for it: addresses, unwind tables and symbols. Tables are read when first asked for. */
export class LoadedModule implements CoreModule {
  readonly index: number;
  readonly path: string;
  readonly kind: ModuleKind;
  readonly start: bigint;
  readonly end: bigint;
  readonly ranges: readonly MemoryRange[];
  readonly bias: bigint;
  readonly match: ModuleMatch;
  readonly files: OpenedFiles;
  readonly buildId?: string;
  readonly headers?: ElfFile;
  private readonly inputs: LoadInputs;
  private frames: readonly FrameTable[] | undefined;
  private symbolTable: SymbolTable | undefined;

  constructor(module: CoreModule, inputs: LoadInputs) {
    const { main, debug } = inputs.files;
    this.inputs = inputs;
    this.match = inputs.match;
    this.files = inputs.files;
    this.index = module.index;
    this.path = module.path;
    this.kind = module.kind;
    this.bias = module.headers === undefined ? biasOf(module, main ?? debug, inputs.entry) : module.bias;
    this.ranges = module.ranges.length > 0 || main === undefined ? module.ranges : rangesOf(main, this.bias);
    this.start = this.ranges[0]?.start ?? module.start;
    let end = module.end;
    for (const range of this.ranges) if (range.end > end) end = range.end;
    this.end = end;
    if (module.buildId !== undefined) this.buildId = module.buildId;
    if (module.headers !== undefined) this.headers = module.headers;
  }

  /** Link-time address of a run-time address, as a number: below 2^53 for every real module. */
  relative(address: bigint): number {
    return Number(BigInt.asUintN(64, address - this.bias));
  }

  /** `.eh_frame` first, then `.debug_frame`; from the file, else from the pages in the core. */
  get frameTables(): readonly FrameTable[] {
    this.frames ??= frameTablesOf(this, this.inputs.memory, this.inputs.reading);
    return this.frames;
  }

  get symbols(): SymbolTable {
    if (this.symbolTable === undefined) {
      const { main, debug, miniDebug } = this.files;
      const elves = [debug, main, miniDebug].filter((elf) => elf !== undefined);
      const tables = elves.flatMap(symbolTablesOf);
      this.symbolTable = symbolTableOf(
        tables.length > 0 || this.headers === undefined
          ? tables
          : symbolsInMemory(this.headers, this.bias, this.inputs.memory),
      );
    }
    return this.symbolTable;
  }

  /** The parts of the main file that stand for pages the core left out. */
  get backings(): FileBacking[] {
    const { main } = this.files;
    if (main === undefined) return [];
    return main.segments
      .filter(({ type, fileBytes }) => type === segmentType.load && fileBytes > 0)
      .map(({ address, fileBytes, offset }) => {
        const start = BigInt.asUintN(64, address + this.bias);
        return { start, end: start + BigInt(fileBytes), source: main.source, fileOffset: offset };
      });
  }

  /** True when the address is in a part the module maps as code. */
  isCode(address: bigint): boolean {
    const elf = this.files.main ?? this.headers;
    const relative = BigInt.asUintN(64, address - this.bias);
    return (
      elf?.segments.some(
        ({ type, flags, address: start, memoryBytes }) =>
          type === segmentType.load &&
          (flags & segmentFlag.execute) !== 0 &&
          relative >= start &&
          relative < start + BigInt(memoryBytes),
      ) ?? false
    );
  }
}

/** Where a module is that the core has no headers of: by its entry point, else by its first mapping. */
function biasOf(module: CoreModule, elf: ElfFile | undefined, entry: bigint | undefined): bigint {
  if (elf === undefined || module.ranges.length === 0) return module.bias;
  if (module.kind === "executable" && entry !== undefined)
    return BigInt.asUintN(64, entry - elf.header.entry);
  const load = elf.segments.find(({ type }) => type === segmentType.load);
  if (load === undefined) return module.bias;
  return BigInt.asUintN(64, module.start - (load.address - BigInt(load.offset)));
}
