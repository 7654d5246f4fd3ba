import type { FileMapping } from "../memorySegment";
import type { LoadSegment } from "../objectFile";

/** A part of a module's file that the program mapped once more, elsewhere than the loader did. */
export interface MappedCopy {
  readonly start: bigint;
  readonly end: bigint;
  readonly fileOffset: number;
  /** Its run-time addresses minus the link-time addresses of what it is a copy of. */
  readonly bias: bigint;
}

/** V8 maps its built-in functions again beside the code it makes, to reach them by short calls. */
export function mappedCopies(
  mappings: readonly FileMapping[],
  segments: readonly LoadSegment[],
  bias: bigint,
): MappedCopy[] {
  return mappings.flatMap(({ start, end, fileOffset }) => {
    // Two segments can share a page of the file: then both have it mapped.
    const biases = segments
      .filter((segment) => fileOffset >= pageOf(segment.fileOffset) && fileOffset < endOf(segment))
      .map((segment) =>
        BigInt.asUintN(64, start - segment.address - BigInt(fileOffset - segment.fileOffset)),
      );
    const [own] = biases;
    return own === undefined || biases.includes(BigInt.asUintN(64, bias))
      ? []
      : [{ start, end, fileOffset, bias: own }];
  });
}

const pageBytes = 4096;

function pageOf(offset: number): number {
  return offset - (offset % pageBytes);
}

function endOf({ fileOffset, fileBytes }: LoadSegment): number {
  return fileOffset + fileBytes;
}
