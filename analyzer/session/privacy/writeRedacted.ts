import type { Work } from "../../base/work";
import type { RedactTask, WrittenCopy } from "./writtenCopy";

/**
 * Writes the redacted copy of a dump of any kind.
 * @throws ExhumeError `refused` when the file exists; `unreadable`, `noSpace`, `cancelled`
 */
export async function writeRedacted(task: RedactTask, work: Work): Promise<WrittenCopy> {
  switch (task.kind) {
    case "heap":
      return (await import("./writeRedactedHeap")).writeRedactedHeap(task, work);
    case "core":
      return (await import("./writeRedactedCore")).writeRedactedCore(task, work);
    case "text":
      return (await import("./writeRedactedText")).writeRedactedText(task, work);
  }
}
