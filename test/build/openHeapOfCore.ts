import { closeSync } from "node:fs";
import { ProblemList } from "../../analyzer/base/problems";
import { unwatched } from "../../analyzer/base/work";
import type { OpenOptions } from "../../analyzer/protocol/dump/open";
import { FileSource } from "../../analyzer/session/files/fileSource";
import { coreHeapRoom } from "../../analyzer/session/heap/coreHeapRoom";
import type { HeapContext } from "../../analyzer/session/heap/heapContext";
import { heapRoom } from "../../analyzer/session/heap/heapRoom";
import { closeWith } from "./openedFiles";

/** Opens the Java heap of a core, or a heap dump, the way a session does, in this thread. */
export async function openHeapOf(
  kind: "core" | "dump",
  path: string,
  options: OpenOptions = {},
): Promise<HeapContext> {
  const room = kind === "core" ? coreHeapRoom : heapRoom;
  const file = FileSource.open(path);
  closeWith(path, () => file.close());
  const problems = new ProblemList();
  const inputs = {
    source: file,
    file: file.share(),
    path,
    identity: () => new Uint8Array(32),
    options: { useSavedIndex: false, ...options },
    workerFolder: "",
    problems,
    work: unwatched,
  };
  const attachment = await room.build(inputs, () => undefined);
  const { stored } = attachment;
  if (stored !== undefined) closeWith(path, () => closeSync(stored.fd));
  return room.attach(attachment, { ...inputs, problems: problems.toArray() });
}
