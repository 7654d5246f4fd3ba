import type { ByteSource } from "../base/byteSource";
import type { ProblemList } from "../base/problems";
import type { RedactionLevel } from "../base/secrets/redactionLevel";
import type { Work } from "../base/work";
import { readElfCore } from "./elf/elfCore";
import { ElfObjectFile } from "./elf/elfObjectFile";
import { elfOrUndefined } from "./elf/elfOrUndefined";
import { foreignMachineOfElf } from "./elf/foreignProcesses";
import { elfConstants, noteElfStructures } from "./elf/loaderStructures";
import { writeElfTables } from "./elf/redactElfCore";
import type { HasSymbol } from "./malloc/allocators";
import type { ObjectFile } from "./objectFile";
import type { WriteAt } from "./privacy/addressedCopy";
import { copyMemory } from "./privacy/copyMemory";
import { type AddressSpan, type MemoryPlan, planRedaction } from "./privacy/redactionPlan";
import type { ProcessSnapshot } from "./processSnapshot";

/**
 * Formats of dumps and object files. Each is a folder of this room that makes its files a {@link ProcessSnapshot} or
 * an {@link ObjectFile}, and a line here; nothing else asks for the format.
 */

/**
 * Reads a dump as a process.
 * @param executable the user's program; only needed for cores that do not say what was mapped (qemu-user)
 * @throws ExhumeError `notADump`, or `unsupported` for a machine Exhume does not know
 */
export function readProcessSnapshot(
  source: ByteSource,
  problems: ProblemList,
  executable?: ObjectFile,
): ProcessSnapshot {
  return readElfCore(source, problems, executable instanceof ElfObjectFile ? executable.elf : undefined);
}

/** @returns undefined when the bytes are not an object file of a known format */
export function objectFileOrUndefined(source: ByteSource): ObjectFile | undefined {
  const elf = elfOrUndefined(source);
  return elf === undefined ? undefined : new ElfObjectFile(elf);
}

function noteStructures(image: ProcessSnapshot, executable: ObjectFile | undefined): readonly AddressSpan[] {
  noteElfStructures(image, executable instanceof ElfObjectFile ? executable.elf : undefined);
  return elfConstants(image);
}

/**
 * What a copy without contents keeps of a process.
 * @param executable as {@link readProcessSnapshot} was given it
 * @throws ExhumeError `cancelled`
 */
export function planProcessCopy(
  image: ProcessSnapshot,
  level: RedactionLevel,
  hasSymbol: HasSymbol,
  work: Work,
  executable?: ObjectFile,
): MemoryPlan {
  return planRedaction(image, level, hasSymbol, () => noteStructures(image, executable), work);
}

/**
 * Writes a copy of a dump without its contents; what is not written is zero.
 * @throws ExhumeError `cancelled`, and as the readers of the format do
 */
export function writeRedactedDump(
  source: ByteSource,
  plan: MemoryPlan,
  write: WriteAt,
  work: Work,
): RedactedProcess {
  const fileNames = writeElfTables(source, plan, write, work);
  const { constants, names } = copyMemory(plan, write, work);
  return { constants, names: new Map([...fileNames, ...names]) };
}

export interface RedactedProcess {
  /** Texts with secrets among the constants of programs, which stay otherwise. */
  readonly constants: number;
  /** Names that were replaced, by what stands for them; empty below the level of names. */
  readonly names: ReadonlyMap<string, string>;
}
/** The machine of an object file that is not read, in words; undefined when it is read, or not an object file. */
export const foreignMachineOfFile = (source: ByteSource): string | undefined => foreignMachineOfElf(source);
