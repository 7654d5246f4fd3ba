import { ProblemList } from "../../analyzer/base/problems";
import { unwatched } from "../../analyzer/base/work";
import type { CoreOptions } from "../../analyzer/protocol/dump/open";
import type { CoreContext } from "../../analyzer/session/core/coreContext";
import { coreRoom } from "../../analyzer/session/core/coreRoom";
import { identityOf } from "../../analyzer/session/files/fileIdentity";
import { FileSource } from "../../analyzer/session/files/fileSource";
import { closeWith } from "./openedFiles";

/** Opens a core the way a session does, in this thread. */
export async function openCore(path: string, options: CoreOptions = {}): Promise<CoreContext> {
  const file = FileSource.open(path);
  closeWith(path, () => file.close());
  const problems = new ProblemList();
  const openOptions = { core: options };
  const inputs = {
    source: file,
    file: file.share(),
    path,
    identity: identityOf(file),
    options: openOptions,
    workerFolder: "",
    problems,
    work: unwatched,
  };
  const attachment = await coreRoom.build(inputs, () => undefined);
  const context = await coreRoom.attach(attachment, { ...inputs, problems: problems.toArray() });
  closeWith(path, () => context.files.close());
  await context.printers.load();
  return context;
}
