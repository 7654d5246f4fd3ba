import { readUpTo } from "../../base/byteSource";
import { dynamicTag, segmentType } from "../../formats/elf/constants";
import { type ElfFile, wordAt } from "../../formats/elf/elfFile";

const longestDynamic = 64 << 10;

/** What a file's dynamic section says, by tag; of tags that are there more than once the last. */
export function dynamicValuesOf({ segments, source, header }: ElfFile): Map<number, bigint> {
  const values = new Map<number, bigint>();
  const own = segments.find(({ type }) => type === segmentType.dynamic);
  if (own === undefined) return values;
  const section = readUpTo(source, own.offset, Math.min(own.fileBytes, longestDynamic));
  const word = header.bits / 8;
  for (let at = 0; at + 2 * word <= section.length; at += 2 * word) {
    const tag = Number(wordAt(section, at, header));
    if (tag === dynamicTag.end) break;
    values.set(tag, wordAt(section, at + word, header));
  }
  return values;
}
