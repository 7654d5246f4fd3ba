import type { Work } from "../../base/work";
import { redactText } from "../../formats/texts/redactText";
import { FileSource } from "../files/fileSource";
import { type RedactTask, type WrittenCopy, writeCopy } from "./writtenCopy";

/** Writes the redacted copy of a saved text. */
export function writeRedactedText(task: RedactTask, work: Work): Promise<WrittenCopy> {
  return writeCopy(task, work, async (file, _problems, target) => {
    const sink = (piece: Uint8Array) => target.append(piece);
    const { lines, maskedLines, names } = redactText(FileSource.attach(file), task.level, sink, work);
    return { figures: { lines, maskedLines, names: names.size }, names };
  });
}
