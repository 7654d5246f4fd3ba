import { basename } from "node:path";
import { readUpTo } from "../../base/byteSource";
import { signalName } from "../../core/signals";
import type { StoredCore } from "../../protocol/dump/crashes";
import { beginsApportReport } from "../files/apport";
import { FileSource } from "../files/fileSource";
import { filesIn, type KeptFile } from "./folderFiles";

/** The texts of a report stand before its core. */
const mostTextBytes = 1 << 20;
/** `_usr_bin_sleep.1000.crash` */
const fileName = /^(.*)\.(\d{1,10})\.crash$/;

/** Cores in reports that Ubuntu's apport kept. Its reports of scripts have none and are left out. */
export function apportReports(folder: string): StoredCore[] {
  return filesIn(folder).flatMap((file): StoredCore[] => {
    const match = fileName.exec(file.name);
    if (match === null) return [];
    const told = {
      path: file.path,
      keeper: "apport",
      userId: Number(match[2]),
      crashedMs: Math.round(file.modifiedMs),
      bytes: file.bytes,
    } as const;
    if (!file.isReadable) {
      // Slashes became underscores, and cannot be told from those of names.
      return [{ ...told, state: "forbidden", command: match[1]!.split("_").at(-1)! }];
    }
    const fields = fieldsOf(file);
    if (fields?.has("CoreDump") !== true) return [];
    const program = fields.get("ExecutablePath");
    const signal = Number(fields.get("Signal") ?? Number.NaN);
    return [
      {
        ...told,
        state: "readable",
        command: program === undefined ? match[1]! : basename(program),
        ...(program === undefined ? {} : { program }),
        ...(Number.isSafeInteger(signal) && signal > 0 ? { signal: signalName(signal) } : {}),
      },
    ];
  });
}

/** Fields of one line each, up to the core. */
function fieldsOf(file: KeptFile): ReadonlyMap<string, string> | undefined {
  let source: FileSource;
  try {
    source = FileSource.open(file.path);
  } catch {
    return undefined;
  }
  try {
    const head = readUpTo(source, 0, mostTextBytes);
    return beginsApportReport(head) ? fieldsIn(Buffer.from(head).toString("latin1")) : undefined;
  } finally {
    source.close();
  }
}

export function fieldsIn(report: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of report.split("\n")) {
    const colon = line.indexOf(": ");
    if (colon <= 0 || line.startsWith(" ")) continue;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 2);
    const isCore = name === "CoreDump";
    // An empty one is a core that was too large to be kept.
    if (!isCore || value === "base64") fields.set(name, value);
    if (isCore) break;
  }
  return fields;
}
