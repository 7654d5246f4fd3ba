import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { formatOf } from "../dumpFormats";
import { reportSeveralInArchive } from "../dumps/severalInArchive";
import { FileSource, type SharedFile } from "../files/fileSource";
import type { Wrapping } from "../files/packing";
import { otherDumpsLike } from "../identify";
import type { ToWorker } from "./workerMessages";

/**
 * The bytes of a dump, unpacked. Which further dumps a packed tar archive has is only known then.
 * @throws ExhumeError `severalDumps` where one has to be named
 */
export async function unpackedFileOf(
  message: Extract<ToWorker, { type: "build" }>,
  problems: ProblemList,
  work: Work,
): Promise<SharedFile> {
  const { wrapping, path, options } = message;
  if (isPlain(wrapping)) return message.file;
  const { openDumpBytes } = await import("../files/dumpFile");
  const others = new Set(message.others);
  const further = otherDumpsLike(formatOf(message.formatId), (names) => {
    for (const name of names) others.add(name);
  });
  const { archive } = wrapping;
  const isOpen = archive !== undefined && !archive.isChosen;
  const file = await openDumpBytes(
    FileSource.attach(message.file),
    wrapping,
    problems,
    work,
    isOpen ? further : undefined,
  );
  if (isOpen)
    reportSeveralInArchive({ file: path, shown: archive.member, others: [...others] }, options, problems);
  return file;
}

function isPlain({ compression, archive, fileKey }: Wrapping): boolean {
  return compression === "none" && archive === undefined && fileKey === undefined;
}
