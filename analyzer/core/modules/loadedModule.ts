import type { SectionReading } from "../../base/sectionReading";
import { type GoProgram, goProgramOf } from "../go/goProgram";
import { goUnwindTable } from "../go/goUnwindTable";
import type { FileBacking, MemoryImage, MemoryRange } from "../memoryImage";
import { type FileMapping, protection } from "../memorySegment";
import type { ModuleKind, ObjectFile, UnwindTable } from "../objectFile";
import { type SymbolTable, symbolTableOf } from "../symbols/symbolTable";
import { type MappedCopy, mappedCopies } from "./mappedCopies";
import { moduleBiasOf } from "./moduleBias";
import type { ModuleMatch } from "./moduleFiles";
import { loadedRanges, type ProcessModule } from "./processModule";

/** The files of a module, opened. */
export interface OpenedFiles {
  /** The executable or library itself. */
  readonly main?: ObjectFile;
  /** Separate debug information. */
  readonly debug?: ObjectFile;
  /** The file inside `.gnu_debugdata`: symbols of functions only. */
  readonly miniDebug?: ObjectFile;
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
export class LoadedModule implements ProcessModule {
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
  readonly headers?: ObjectFile;
  readonly mappings?: readonly FileMapping[];
  readonly dynamic?: bigint;
  private readonly inputs: LoadInputs;
  private frames: readonly UnwindTable[] | undefined;
  private readonly copies: readonly MappedCopy[];
  private offsets: { readonly start: bigint | undefined } | undefined;
  private goProgram: { readonly found: GoProgram | undefined } | undefined;
  private symbolTable: SymbolTable | undefined;

  constructor(module: ProcessModule, inputs: LoadInputs) {
    const { main, debug } = inputs.files;
    this.inputs = inputs;
    this.match = inputs.match;
    this.files = inputs.files;
    this.index = module.index;
    this.path = module.path;
    this.kind = module.kind;
    const isPlaced = module.headers !== undefined || module.dynamic !== undefined;
    this.bias = isPlaced ? module.bias : moduleBiasOf(module, main ?? debug, inputs.entry);
    // Code that the dump's writer left out of its list of mappings.
    const isPartlyMapped = module.ranges.length === 0 || (module.mappings?.[0]?.fileOffset ?? 0) > 0;
    this.ranges = isPartlyMapped && main !== undefined ? loadedRanges(main, this.bias) : module.ranges;
    this.start = this.ranges[0]?.start ?? module.start;
    let end = module.end;
    for (const range of this.ranges) if (range.end > end) end = range.end;
    this.end = end;
    if (module.buildId !== undefined) this.buildId = module.buildId;
    if (module.headers !== undefined) this.headers = module.headers;
    if (module.mappings !== undefined) this.mappings = module.mappings;
    if (module.dynamic !== undefined) this.dynamic = module.dynamic;
    this.copies = mappedCopies(module.mappings ?? [], (main ?? module.headers)?.segments ?? [], this.bias);
  }

  /** Link-time address of a run-time address, as a number: below 2^53 for every real module. */
  relative(address: bigint): number {
    return Number(BigInt.asUintN(64, address - this.biasAt(address)));
  }

  /** Run-time minus link-time address: of what the program mapped once more it is another than {@link bias}. */
  biasAt(address: bigint): bigint {
    return this.copies.find(({ start, end }) => address >= start && address < end)?.bias ?? this.bias;
  }

  /** What Go's linker wrote, then `.eh_frame` and `.debug_frame`, from the file, else from the pages in the core. */
  get frameTables(): readonly UnwindTable[] {
    this.frames ??= this.readFrameTables();
    return this.frames;
  }

  get symbols(): SymbolTable {
    if (this.symbolTable === undefined) {
      const { main, debug, miniDebug } = this.files;
      const tables = [debug, main, miniDebug].flatMap((file) => file?.symbolTables() ?? []);
      this.symbolTable = symbolTableOf(
        tables.length > 0 || this.headers === undefined
          ? tables
          : this.headers.symbolsInMemory(this.bias, this.inputs.memory),
      );
    }
    return this.symbolTable;
  }

  /** Run-time address of the table through which i386's stubs of the linker jump. */
  get globalOffsets(): bigint | undefined {
    this.offsets ??= { start: this.files.main?.globalOffsets };
    const { start } = this.offsets;
    return start === undefined ? undefined : BigInt.asUintN(64, start + this.bias);
  }

  /** What Go's linker wrote into the module; undefined when it has no Go code. */
  get go(): GoProgram | undefined {
    this.goProgram ??= { found: goProgramOf(this, this.inputs.memory) };
    return this.goProgram.found;
  }

  /** The parts of the main file that stand for pages the core left out. */
  get backings(): FileBacking[] {
    const { main } = this.files;
    if (main === undefined) return [];
    const loaded = main.segments
      .filter(({ fileBytes }) => fileBytes > 0)
      .map(({ address, fileBytes, fileOffset }) => {
        const start = BigInt.asUintN(64, address + this.bias);
        return { start, end: start + BigInt(fileBytes), source: main.source, fileOffset };
      });
    const copied = this.copies.map(({ start, end, fileOffset }) => ({
      ...{ start, end, fileOffset },
      source: main.source,
    }));
    return [...loaded, ...copied];
  }

  /** True when the address is in a part the module maps as code. */
  isCode(address: bigint): boolean {
    return ((this.protectionAt(address) ?? 0) & protection.execute) !== 0;
  }

  /** True when the address is in a part the module maps as something else than code. */
  isData(address: bigint): boolean {
    return ((this.protectionAt(address) ?? protection.execute) & protection.execute) === 0;
  }

  private protectionAt(address: bigint): number | undefined {
    const file = this.files.main ?? this.headers;
    const relative = BigInt.asUintN(64, address - this.biasAt(address));
    return file?.segments.find(
      ({ address: start, memoryBytes }) => relative >= start && relative < start + BigInt(memoryBytes),
    )?.protection;
  }

  private readFrameTables(): UnwindTable[] {
    const { bias, headers } = this;
    const { memory, reading } = this.inputs;
    const { main, debug } = this.files;
    const exceptionFrames =
      main === undefined ? headers?.exceptionFramesInMemory(bias, memory) : main.exceptionFrames(reading);
    const debugFrames = debug?.debugFrames(reading) ?? main?.debugFrames(reading);
    const lines = this.go?.lines;
    const architecture = (main ?? headers)?.architecture;
    // Go's own table also says where stacks end; above that lies what the memory was for before.
    const goTable = lines && architecture && goUnwindTable(lines, architecture);
    // Tables for debuggers are right in every instruction of a function, those of the machine not at its ends.
    const machineFrames = (main ?? headers)?.machineFrames(bias, memory);
    return [goTable, exceptionFrames, debugFrames, machineFrames].filter((table) => table !== undefined);
  }
}
