import { readUpTo } from "../../base/byteSource";
import { dynamicTag, segmentType } from "../../formats/elf/constants";
import { type ElfFile, textAt } from "../../formats/elf/elfFile";
import { dynamicValuesOf } from "./dynamicValues";

const longestFolders = 16 << 10;

/** Folders in which a program looks for its libraries first, as it has them: those beside itself begin with `$ORIGIN`. */
export function libraryFoldersOf(elf: ElfFile): string[] {
  const tags = dynamicValuesOf(elf);
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
