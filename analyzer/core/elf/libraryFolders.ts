import { readUpTo } from "../../base/byteSource";
import { dynamicTag, segmentType } from "../../formats/elf/constants";
import { type ElfFile, textAt, wordAt } from "../../formats/elf/elfFile";

const longestDynamic = 64 << 10;
const longestFolders = 16 << 10;

/** Folders in which a program looks for its libraries first, as it has them: those beside itself begin with `$ORIGIN`. */
export function libraryFoldersOf(elf: ElfFile): string[] {
  const own = elf.segments.find(({ type }) => type === segmentType.dynamic);
  if (own === undefined) return [];
  const section = readUpTo(elf.source, own.offset, Math.min(own.fileBytes, longestDynamic));
  const word = elf.header.bits / 8;
  const tags = new Map<number, bigint>();
  for (let at = 0; at + 2 * word <= section.length; at += 2 * word) {
    const tag = Number(wordAt(section, at, elf.header));
    if (tag === dynamicTag.end) break;
    tags.set(tag, wordAt(section, at + word, elf.header));
  }
  // A program with the newer of the two is not asked for the older one.
  const name = tags.get(dynamicTag.runPath) ?? tags.get(dynamicTag.libraryPath);
  const strings = tags.get(dynamicTag.strings);
  if (name === undefined || strings === undefined) return [];
  const table = elf.segments.find(
    ({ type, address, fileBytes }) =>
      type === segmentType.load && strings >= address && strings < address + BigInt(fileBytes),
  );
  if (table === undefined) return [];
  const at = Number(strings - table.address + name);
  if (at >= table.fileBytes) return [];
  const text = textAt(readUpTo(elf.source, table.offset + at, longestFolders), 0);
  return text.split(":").filter((folder) => folder !== "");
}
