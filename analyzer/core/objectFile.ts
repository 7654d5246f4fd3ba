import type { ByteSource } from "../base/byteSource";
import type { SectionReading } from "../base/sectionReading";
import type { FrameTable } from "../formats/dwarf/cfi/frameTable";
import type { UnwindRow } from "../formats/dwarf/cfi/unwindRow";
import type { SectionBytes } from "../formats/dwarf/dataReader";
import type { LongFloats } from "../formats/dwarf/dies";
import type { ArchitectureName } from "./architecture";
import type { MemoryImage } from "./memoryImage";
import type { MemoryWords } from "./memoryWords";
import type { SymbolColumns } from "./symbols/symbolColumns";

/** A part of an object file that is mapped where it runs. Addresses are link-time addresses. */
export interface LoadSegment {
  readonly address: bigint;
  readonly memoryBytes: number;
  readonly fileOffset: number;
  readonly fileBytes: number;
  /** See `protection` of `memorySegment`. */
  readonly protection: number;
}

export type ModuleKind = "executable" | "library" | "loader" | "vdso";

/** Where an object file is in a process, and as what. */
export interface LoadedAt {
  /** Run-time address minus link-time address. */
  readonly bias: bigint;
  readonly kind: ModuleKind;
}

/** What memory says of a file: that it is what was loaded, that it is not, or nothing. */
export type FileEvidence = "same" | "differs" | "none";

/** Where unwind rules are looked up; a {@link FrameTable} is one. */
export interface UnwindTable {
  /**
   * The rules at a link-time address; undefined when the table does not cover it.
   * @throws DwarfDamage
   */
  rowAt(address: number): UnwindRow | undefined;
}

/** A file that several debug files share (made by dwz). */
export interface SupplementaryLink {
  readonly path: string;
  readonly buildId: string;
}

/**
 * An executable, a library or a file of debug information, whatever its format. It is read from a file, or from the
 * memory of the process that ran it, as far as its tables are mapped there.
 */
export interface ObjectFile {
  readonly source: ByteSource;
  /** Undefined for machines Exhume does not know. */
  readonly architecture: ArchitectureName | undefined;
  readonly littleEndian: boolean;
  /** What a floating-point number of 16 bytes is. */
  readonly longFloats: LongFloats;
  /** Link-time address of the first instruction. */
  readonly entry: bigint;
  /** In the order of the file. */
  readonly segments: readonly LoadSegment[];
  readonly buildId: string | undefined;
  /** Link-time address of the table through which i386's stubs of the linker jump; undefined where none is named. */
  readonly globalOffsets?: bigint | undefined;

  hasSection(name: string): boolean;
  /** Contents of a section, unpacked. @throws ExhumeError `damaged` when they do not unpack */
  sectionContents(name: string, reading: SectionReading): SectionBytes | undefined;
  /** A section as it is in the file, cut where it has more than `mostBytes`. */
  rawSection(name: string, mostBytes: number): Uint8Array | undefined;

  /** The file of its debug information by name and CRC-32. */
  debugLink(): { readonly name: string; readonly crc: number } | undefined;
  supplementaryLink(): SupplementaryLink | undefined;

  /** Folders in which the program looks for its libraries first, `$ORIGIN` in them as it is. */
  libraryFolders(): string[];

  /** Symbol tables, the complete one first. */
  symbolTables(): SymbolColumns[];
  /** Symbols a process has of this file in its memory, for files nobody has. */
  symbolsInMemory(bias: bigint, memory: MemoryImage): SymbolColumns[];
  /**
   * Run-time addresses of exported symbols as a process has them in its memory. Names not asked for are not kept.
   * @returns undefined when the tables are not there
   */
  exportedAddresses(
    bias: bigint,
    words: MemoryWords,
    isWanted: (name: string) => boolean,
  ): Map<string, number> | undefined;

  /**
   * Compares what was loaded and then left alone, or changed in a known way, with this file.
   * @param dynamic where the loader says its tables for loading are
   */
  loadedDataMatches(loadedAt: LoadedAt, dynamic: bigint | undefined, memory: MemoryImage): FileEvidence;

  /** Unwind tables for exceptions, which every program has. */
  exceptionFrames(reading: SectionReading): FrameTable | undefined;
  /** The same from the memory of a process. */
  exceptionFramesInMemory(bias: bigint, memory: MemoryImage): FrameTable | undefined;
  /** Unwind tables of a machine that has some of its own, read from the memory of a process. */
  machineFrames(bias: bigint, memory: MemoryImage): UnwindTable | undefined;
  /** Unwind tables for debuggers. */
  debugFrames(reading: SectionReading): FrameTable | undefined;

  /** Address of a thread's block of the file's thread-local variables. */
  threadLocalBlock(loadedAt: LoadedAt, threadPointer: bigint, memory: MemoryImage): bigint | undefined;
}

/** True when a file has debug information, or the skeleton of it. */
export function hasDebugInfo(file: ObjectFile): boolean {
  return file.hasSection(".debug_info") || file.hasSection(".zdebug_info");
}
