import type { Work } from "../../base/work";
import { redactDump } from "../../heap/hprof/rewrite/redactDump";
import { FileSource } from "../files/fileSource";
import { type RedactTask, type WrittenCopy, writeCopy } from "./writtenCopy";

/** Writes the redacted copy of a heap dump. */
export function writeRedactedHeap(task: RedactTask, work: Work): Promise<WrittenCopy> {
  return writeCopy(task, work, async (file, _problems, target) => {
    const sink = (piece: Uint8Array) => target.append(piece);
    const { figures, names } = redactDump(FileSource.attach(file), task, sink, work);
    return { figures: { ...figures }, names };
  });
}
