import type { Dirent } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { ExhumeError } from "../../base/errors";
import type { Work } from "../../base/work";
import type { FoundDump } from "../../protocol/dump/investigation";
import { dumpFormats } from "../dumpFormats";
import { ageFormOf, armorBegin } from "../encryption/ageForm";
import { FileSource } from "../files/fileSource";
import { isPackedHead, packingHeadBytes } from "../files/packing";
import { identify } from "../identify";

const skippedFolders = new Set(["node_modules", "target", "build", "out", "dist", "bower_components"]);
/** Names of files nobody dumps into; everything else is looked at. */
const otherFiles = new Set(
  ".java .kt .kts .scala .groovy .js .mjs .ts .tsx .jsx .json .md .html .css .scss .xml .yml .yaml .toml .ini .properties .py .rb .go .rs .c .h .cc .cpp .hpp .cs .php .sh .sql .svg .png .jpg .jpeg .gif .ico .webp .pdf .woff .woff2 .ttf .class .jar .war .so .o .a .map .lock .txt .log".split(
    " ",
  ),
);
/** What is encrypted does not show what it is: its name has to. */
const encryptedDump = /\.(hprof|core|heapsnapshot|phd)(\.[a-z0-9]{2,4})?\.age$|[/\\]core[^/\\]*\.age$/;
const smallest = 1024;
const mostFiles = 50_000;
const deepestFolder = 12;

/**
 * Walks folders for heap dumps and cores, whatever their names: the first bytes of each other file are read.
 * @param files looked at too, wherever they are
 */
export async function findDumps(
  folders: readonly string[],
  work: Work,
  files: readonly string[] = [],
): Promise<FoundDump[]> {
  const found: FoundDump[] = [];
  const waiting = folders.map((folder) => ({ folder, depth: 0 }));
  let looked = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    work.throwIfCancelled();
    for (const entry of await entriesOf(next.folder)) {
      const path = join(next.folder, entry.name);
      if (entry.isDirectory()) {
        const skipped = entry.name.startsWith(".") || skippedFolders.has(entry.name);
        if (!skipped && next.depth < deepestFolder) waiting.push({ folder: path, depth: next.depth + 1 });
      } else if (
        entry.isFile() &&
        !otherFiles.has(extname(entry.name).toLowerCase()) &&
        looked++ < mostFiles
      ) {
        const dump = await dumpOrUndefined(path);
        if (dump !== undefined) found.push(dump);
      }
    }
  }
  const seen = new Set(found.map(({ path }) => path));
  for (const path of files) {
    work.throwIfCancelled();
    const dump = seen.has(path) ? undefined : await dumpOrUndefined(path);
    if (dump !== undefined) found.push(dump);
  }
  return found.sort((a, b) => b.modifiedMs - a.modifiedMs);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    // Forbidden or gone: there is nothing to list.
    return [];
  }
}

/** What a file is when it is a dump; undefined for everything else and for files that cannot be read. */
export async function dumpOrUndefined(path: string): Promise<FoundDump | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    if (size < smallest || !(await beginsLikeDump(path))) return undefined;
    const source = FileSource.open(path);
    try {
      const { dumpFormat, kind, format, isLocked } = await identify(source, { archives: "beginning" });
      if (isLocked && encryptedDump.test(path)) {
        return { path, kind, format, bytes: size, modifiedMs: Math.round(mtimeMs), series: seriesOf(path) };
      }
      if (dumpFormat === undefined || dumpFormat.magics.length === 0) return undefined;
      return { path, kind, format, bytes: size, modifiedMs: Math.round(mtimeMs), series: seriesOf(path) };
    } finally {
      source.close();
    }
  } catch (error) {
    if (error instanceof ExhumeError || (error as NodeJS.ErrnoException).code !== undefined) return undefined;
    throw error;
  }
}

const magics = dumpFormats.flatMap((format) => format.magics);
const firstBytes = magics.reduce(
  (longest, { length }) => Math.max(longest, length),
  Math.max(packingHeadBytes, armorBegin.length),
);

/** Cheap first look: a dump's first bytes, or those of something packed. */
async function beginsLikeDump(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const head = Buffer.alloc(firstBytes);
    await file.read(head, 0, firstBytes, 0);
    const text = head.toString("latin1");
    return (
      magics.some((magic) => text.startsWith(magic)) || isPackedHead(head) || ageFormOf(head) !== undefined
    );
  } finally {
    await file.close();
  }
}

/** The name without what differs from one dump of a program to the next: dates, times, numbers, endings. */
export function seriesOf(path: string): string {
  const name = basename(path).replace(
    /(\.(gz|zst|lz4|xz|lzma|bz2|zip|tgz|tar|hprof|bin|dump|core|age))+$/i,
    "",
  );
  const stem = name
    .replace(/[-_.]?\d[\dTZ:+.\-_]*/g, "")
    .replace(/^(java_pid|heapdump|heap|core|dump)[-_.]?$/i, "");
  return stem === "" ? name.replace(/\d+/g, "…") : stem;
}
