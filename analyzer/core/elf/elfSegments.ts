import { segmentFlag, segmentType } from "../../formats/elf/constants";
import type { ElfFile } from "../../formats/elf/elfFile";
import { protection } from "../memorySegment";
import type { LoadSegment } from "../objectFile";

/** `p_flags` of a program header as what the process may do with the memory. */
export function protectionOf(flags: number): number {
  return (
    ((flags & segmentFlag.read) !== 0 ? protection.read : 0) +
    ((flags & segmentFlag.write) !== 0 ? protection.write : 0) +
    ((flags & segmentFlag.execute) !== 0 ? protection.execute : 0)
  );
}

/** The PT_LOADs of a file. */
export function loadSegmentsOf(elf: ElfFile): LoadSegment[] {
  return elf.segments
    .filter(({ type }) => type === segmentType.load)
    .map(({ address, memoryBytes, offset, fileBytes, flags }) => ({
      address,
      memoryBytes,
      fileOffset: offset,
      fileBytes,
      protection: protectionOf(flags),
    }));
}
