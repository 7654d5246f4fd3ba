import type { ByteSource } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import { ProblemList } from "../../base/problems";
import { type ElfFile, readElfFile } from "../../formats/elf/elfFile";

/** @returns undefined when the bytes are not an ELF file */
export function elfOrUndefined(source: ByteSource): ElfFile | undefined {
  try {
    return readElfFile(source, new ProblemList());
  } catch (thrown) {
    if (thrown instanceof ExhumeError) return undefined;
    throw thrown;
  }
}
