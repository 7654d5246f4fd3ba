import { type Entry, open, type ZipFile } from "yauzl";
import { largestSource } from "./folderTree";

/** More entries than any source archive has; a central directory that claims more is not read on. */
const mostEntries = 300_000;

/** Names of the files in a zip archive, from its central directory. @throws when the archive is damaged or unreadable. */
export async function listZip(path: string): Promise<string[]> {
  const names: string[] = [];
  await walk(path, (entry) => {
    if (!entry.fileName.endsWith("/")) names.push(entry.fileName);
    return Promise.resolve(names.length >= mostEntries);
  });
  return names;
}

/** Text of one file; undefined when it is missing or larger than a source file is. @throws as {@link listZip} */
export async function readFromZip(path: string, name: string): Promise<string | undefined> {
  let text: string | undefined;
  await walk(path, async (entry, zip) => {
    if (entry.fileName !== name) return false;
    if (entry.uncompressedSize <= largestSource) text = await unpack(zip, entry);
    return true;
  });
  return text;
}

/** Visits entries until `visit` says it has seen enough; the file is open only meanwhile. */
function walk(path: string, visit: (entry: Entry, zip: ZipFile) => Promise<boolean>): Promise<void> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (failure, zip) => {
      if (failure !== null) return reject(failure);
      const finish = (error?: unknown) => {
        zip.close();
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error(String(error)));
      };
      zip.on("error", finish);
      zip.on("end", () => finish());
      zip.on("entry", (entry: Entry) => {
        visit(entry, zip).then((enough) => (enough ? finish() : zip.readEntry()), finish);
      });
      zip.readEntry();
    });
  });
}

function unpack(zip: ZipFile, entry: Entry): Promise<string> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (failure, stream) => {
      if (failure !== null) return reject(failure);
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("error", reject);
      stream.on("end", () => resolve(Buffer.concat(parts).toString("utf8")));
    });
  });
}
