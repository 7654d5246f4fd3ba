import { type ByteSource, readUpTo } from "../../base/byteSource";
import { ProblemList } from "../../base/problems";
import type { SectionReading } from "../../base/sectionReading";
import type { FrameTable } from "../../formats/dwarf/cfi/frameTable";
import type { SectionBytes } from "../../formats/dwarf/dataReader";
import type { LongFloats } from "../../formats/dwarf/dies";
import { dynamicTag } from "../../formats/elf/constants";
import { type ElfFile, rawSection, sectionNamed, textAt } from "../../formats/elf/elfFile";
import { viewOf } from "../../formats/elf/elfTables";
import { buildIdOf } from "../../formats/elf/notes";
import { sectionContents } from "../../formats/elf/sections";
import { symbolTablesOf } from "../../formats/elf/symbols";
import type { ArchitectureName } from "../architecture";
import type { MemoryImage } from "../memoryImage";
import type { MemoryWords } from "../memoryWords";
import type {
  FileEvidence,
  LoadedAt,
  LoadSegment,
  ObjectFile,
  SupplementaryLink,
  UnwindTable,
} from "../objectFile";
import type { SymbolColumns } from "../symbols/symbolColumns";
import { armFramesOf } from "./armFrames";
import { dynamicSymbolsOf } from "./dynamicSymbols";
import { dynamicValuesOf } from "./dynamicValues";
import { loadSegmentsOf } from "./elfSegments";
import { neutralSymbolsOf } from "./elfSymbols";
import { debugFramesOf, exceptionFramesInMemory, exceptionFramesOf } from "./frameTables";
import { libraryFoldersOf } from "./libraryFolders";
import { loadedDataMatches } from "./loadedData";
import { machineOf } from "./machines/elfMachine";
import { symbolsInMemory } from "./symbolsInMemory";
import { threadLocalBlock } from "./threadLocals";

/** Longer sections of links are damage: they hold a path and a number. */
const longestLink = 4096;

/** An ELF file as what it holds, whatever the format. Tables are read when first asked for. */
export class ElfObjectFile implements ObjectFile {
  readonly source: ByteSource;
  readonly architecture: ArchitectureName | undefined;
  readonly littleEndian: boolean;
  readonly longFloats: LongFloats;
  readonly entry: bigint;
  readonly segments: readonly LoadSegment[];
  private knownBuildId: { readonly id: string | undefined } | undefined;

  constructor(readonly elf: ElfFile) {
    this.source = elf.source;
    const machine = machineOf(elf.header);
    this.architecture = machine?.architecture.name;
    this.littleEndian = elf.header.littleEndian;
    this.longFloats = machine?.longFloats ?? "x87";
    this.entry = elf.header.entry;
    this.segments = loadSegmentsOf(elf);
  }

  get buildId(): string | undefined {
    this.knownBuildId ??= { id: buildIdOf(this.elf, new ProblemList()) };
    return this.knownBuildId.id;
  }

  get globalOffsets(): bigint | undefined {
    return dynamicValuesOf(this.elf).get(dynamicTag.globalOffsets);
  }

  hasSection(name: string): boolean {
    return sectionNamed(this.elf, name) !== undefined;
  }

  sectionContents(name: string, reading: SectionReading): SectionBytes | undefined {
    return sectionContents(this.elf, name, reading);
  }

  rawSection(name: string, mostBytes: number): Uint8Array | undefined {
    const section = sectionNamed(this.elf, name);
    if (section === undefined) return undefined;
    return readUpTo(this.elf.source, section.offset, Math.min(section.bytes, mostBytes));
  }

  /** `.gnu_debuglink`: a file name, padding to 4 bytes, the CRC-32 of the file (gdb manual, "Separate Debug Files"). */
  debugLink(): { readonly name: string; readonly crc: number } | undefined {
    const bytes = this.linkSection(".gnu_debuglink");
    if (bytes === undefined) return undefined;
    const name = textAt(bytes, 0);
    const at = Math.ceil((new TextEncoder().encode(name).length + 1) / 4) * 4;
    // A name with a folder in it would lead the search astray.
    if (name === "" || name.includes("/") || at + 4 > bytes.length) return undefined;
    return { name, crc: viewOf(bytes).getUint32(at, this.elf.header.littleEndian) };
  }

  /** `.gnu_debugaltlink`: a path, then the build id of the file. */
  supplementaryLink(): SupplementaryLink | undefined {
    const bytes = this.linkSection(".gnu_debugaltlink");
    if (bytes === undefined) return undefined;
    const id = bytes.subarray(bytes.indexOf(0) + 1);
    return {
      path: textAt(bytes, 0),
      buildId: Array.from(id, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    };
  }

  libraryFolders(): string[] {
    return libraryFoldersOf(this.elf);
  }

  symbolTables(): SymbolColumns[] {
    return symbolTablesOf(this.elf).map(neutralSymbolsOf);
  }

  symbolsInMemory(bias: bigint, memory: MemoryImage): SymbolColumns[] {
    return symbolsInMemory(this.elf, bias, memory).map(neutralSymbolsOf);
  }

  exportedAddresses(bias: bigint, words: MemoryWords, isWanted: (name: string) => boolean) {
    return dynamicSymbolsOf(this.elf, bias, words, isWanted);
  }

  loadedDataMatches({ bias }: LoadedAt, dynamic: bigint | undefined, memory: MemoryImage): FileEvidence {
    return loadedDataMatches(this.elf, bias, dynamic, memory);
  }

  exceptionFrames(reading: SectionReading): FrameTable | undefined {
    return exceptionFramesOf(this.elf, reading);
  }

  exceptionFramesInMemory(bias: bigint, memory: MemoryImage): FrameTable | undefined {
    return exceptionFramesInMemory(this.elf, bias, memory);
  }

  machineFrames(bias: bigint, memory: MemoryImage): UnwindTable | undefined {
    return armFramesOf(this.elf, bias, memory);
  }

  debugFrames(reading: SectionReading): FrameTable | undefined {
    return debugFramesOf(this.elf, reading);
  }

  threadLocalBlock(loadedAt: LoadedAt, threadPointer: bigint, memory: MemoryImage): bigint | undefined {
    return threadLocalBlock(this.elf, loadedAt, threadPointer, memory);
  }

  private linkSection(name: string): Uint8Array | undefined {
    const section = sectionNamed(this.elf, name);
    return section === undefined || section.bytes > longestLink ? undefined : rawSection(this.elf, section);
  }
}
