import { type ByteSource, readUpTo } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import { ProblemList } from "../../base/problems";
import { includesLevel } from "../../base/secrets/redactionLevel";
import type { Work } from "../../base/work";
import { sectionType, segmentType } from "../../formats/elf/constants";
import { readElfFile } from "../../formats/elf/elfFile";
import { foreignSystemOf, headBytes } from "../../formats/elf/foreignFiles";
import { listNotes } from "../../formats/elf/notes";
import type { WriteAt } from "../privacy/addressedCopy";
import type { MemoryPlan } from "../privacy/redactionPlan";
import { maskNote } from "./maskNote";

const longestNotes = 256 << 20;
const longestTable = 64 << 20;
const noteHeadBytes = 12;

/** What was replaced in names of files, by what stands for it. */
export type ReplacedPaths = Map<string, string>;

/**
 * Writes what of an ELF core is not memory: headers and tables as they are, notes without contents. What no table
 * accounts for is not written at all.
 * @throws ExhumeError `notADump`, `cancelled`, `unsupported` for systems whose notes cannot be kept without contents
 */
export function writeElfTables(
  source: ByteSource,
  { image, level, rules }: MemoryPlan,
  write: WriteAt,
  work: Work,
): ReplacedPaths {
  const elf = readElfFile(source, new ProblemList());
  const { header, segments, sections } = elf;
  const put = (position: number, bytes: Uint8Array) => {
    // Of a cut core there may be nothing.
    if (bytes.length > 0) write(position, bytes);
  };
  const keep = (position: number, bytes: number) => {
    if (bytes > 0 && bytes <= longestTable) put(position, readUpTo(source, position, bytes));
  };
  keep(0, header.bits === 64 ? 64 : 52);
  keep(header.programTableOffset, segments.length * header.programEntryBytes);
  if (header.sectionTableOffset > 0) {
    keep(header.sectionTableOffset, Math.max(1, sections.length) * header.sectionEntryBytes);
    const names = sections[header.sectionNamesIndex];
    if (names?.type === sectionType.strings) keep(names.offset, names.bytes);
  }
  const head = readUpTo(source, 0, headBytes);
  const fileNames: ReplacedPaths = new Map();
  const inputs = {
    header,
    rules,
    keepsNames: !includesLevel(level, "names"),
    isModule: modulePaths(image.modules),
    fileNames,
  };
  for (const { type, offset, fileBytes } of segments) {
    if (type !== segmentType.note) continue;
    work.throwIfCancelled();
    for (const note of listNotes(
      source,
      offset,
      Math.min(fileBytes, longestNotes),
      header.littleEndian,
      new ProblemList(),
    )) {
      // Head and owner; contents are padded to four bytes.
      const headAt = note.offset - noteHeadBytes - Math.ceil((note.owner.length + 1) / 4) * 4;
      keep(Math.max(offset, headAt), note.offset - Math.max(offset, headAt));
      const system = foreignSystemOf(head, [note.owner]);
      if (system !== undefined) {
        const what = `it is a core of ${system}, of which no copy without contents can be made`;
        throw new ExhumeError({ code: "unsupported", file: source.name, what });
      }
      const bytes = readUpTo(source, note.offset, note.bytes);
      maskNote(note, bytes, inputs);
      put(note.offset, bytes);
    }
  }
  return fileNames;
}

function modulePaths(modules: MemoryPlan["image"]["modules"]): (path: string) => boolean {
  const paths = new Set(modules.map(({ path }) => path));
  return (path) => paths.has(path.replace(/ \(deleted\)$/, ""));
}
