import { basicTypeName, primitiveBytes } from "../../../formats/hprof/tags";
import type { ClassRow } from "../index/classRows";
import { roundUp } from "../index/fieldLayout";
import { stackChunkName } from "../index/hotspotFields";
import type { SizeModel } from "../index/sizeModel";

/** How long stack chunks are: the frames of a virtual thread follow their fields. */
export interface ChunkLengths {
  /** Their class. */
  readonly type: number;
  /** Offset in the data of an instance of how many words of frames there are. */
  readonly wordsAt: number;
  /** Bytes of one without frames. */
  readonly emptyBytes: number;
  /** Places for a reference in a word. */
  readonly placesPerWord: number;
  readonly alignment: number;
}

/** More than a stack may have: what says so is damaged. */
const mostWords = 1 << 27;

/** @returns undefined when the dump has no stack chunks */
export function chunkLengthsOf(
  rows: readonly ClassRow[],
  model: SizeModel,
  instanceBytes: Float64Array,
  idSize: number,
): ChunkLengths | undefined {
  const type = rows.findIndex(({ name }) => name === stackChunkName);
  let wordsAt = 0;
  for (const field of rows[type]?.fields ?? []) {
    if (field.name === "size" && field.type === "int") {
      const { referenceBytes, alignmentBytes: alignment } = model;
      const emptyBytes = instanceBytes[type]!;
      return { type, wordsAt, emptyBytes, placesPerWord: 8 / referenceBytes, alignment };
    }
    wordsAt += field.type === "object" ? idSize : primitiveBytes[basicTypeName.indexOf(field.type)]!;
  }
  return undefined;
}

/** Fields, words of frames, and a bit for each place of a reference among these. */
export function bytesOfChunk({ emptyBytes, placesPerWord, alignment }: ChunkLengths, words: number): number {
  if (words < 0 || words > mostWords) return emptyBytes;
  return roundUp(emptyBytes + 8 * words + 8 * Math.ceil((words * placesPerWord) / 64), alignment);
}
