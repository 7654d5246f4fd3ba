import type { ByteSource } from "../base/byteSource";
import type { RedactionLevel } from "../base/secrets/redactionLevel";
import type { Work } from "../base/work";
import { ElfObjectFile } from "./elf/elfObjectFile";
import { elfConstants, noteElfStructures } from "./elf/loaderStructures";
import { writeElfTables } from "./elf/redactElfCore";
import type { HasSymbol } from "./malloc/allocators";
import type { ObjectFile } from "./objectFile";
import type { WriteAt } from "./privacy/addressedCopy";
import { copyMemory } from "./privacy/copyMemory";
import { type AddressSpan, type MemoryPlan, planRedaction } from "./privacy/redactionPlan";
import type { ProcessSnapshot } from "./processSnapshot";

// Copies of dumps without their contents, apart from `knownFormats`: whoever reads a dump needs none of this.

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
