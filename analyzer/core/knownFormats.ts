import type { ByteSource } from "../base/byteSource";
import type { ProblemList } from "../base/problems";
import { readElfCore } from "./elf/elfCore";
import { ElfObjectFile } from "./elf/elfObjectFile";
import { elfOrUndefined } from "./elf/elfOrUndefined";
import { foreignMachineOfElf } from "./elf/foreignProcesses";
import type { ObjectFile } from "./objectFile";
import type { ProcessSnapshot } from "./processSnapshot";

/**
 * Formats of dumps and object files. Each is a folder of this room that makes its files a {@link ProcessSnapshot} or
 * an {@link ObjectFile}, and a line here; nothing else but `processCopies` asks for the format.
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

/** The machine of an object file that is not read, in words; undefined when it is read, or not an object file. */
export const foreignMachineOfFile = (source: ByteSource): string | undefined => foreignMachineOfElf(source);
