import { closeSync, ftruncateSync } from "node:fs";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { objectFileOrUndefined } from "../../core/knownFormats";
import { planProcessCopy, type RedactedProcess, writeRedactedDump } from "../../core/processCopies";
import { coreRoom } from "../core/coreRoom";
import { identityOf } from "../files/fileIdentity";
import { FileSource, type SharedFile } from "../files/fileSource";
import { createTemporaryFile, writeSparsely } from "../files/temporaryFile";
import { type CopyTarget, noRoomFor, type RedactTask, type WrittenCopy, writeCopy } from "./writtenCopy";

const chunkBytes = 4 << 20;

/** Writes the redacted copy of a core. Its parts come in no order: one that is encrypted is gathered elsewhere first. */
export function writeRedactedCore(task: RedactTask, work: Work): Promise<WrittenCopy> {
  return writeCopy(task, work, async (file, problems, target) => {
    const gathered = task.header === undefined ? undefined : createTemporaryFile(task.into);
    try {
      const fd = gathered?.fd ?? target.fd;
      ftruncateSync(fd, file.byteLength);
      const { constants, names } = await redactInto(fd, task, file, problems, work);
      if (gathered !== undefined) appendAll(fd, file.byteLength, target, work);
      return { names, figures: { constants, names: names.size } };
    } finally {
      if (gathered !== undefined) {
        closeSync(gathered.fd);
        gathered.remove();
      }
    }
  });
}

async function redactInto(
  fd: number,
  task: RedactTask,
  file: SharedFile,
  problems: ProblemList,
  work: Work,
): Promise<RedactedProcess> {
  const { path, options, level } = task;
  const source = FileSource.attach(file);
  const inputs = { source, file, path, options, problems, work, workerFolder: "" };
  const attachment = await coreRoom.build({ ...inputs, identity: identityOf(file) }, () => undefined);
  const { image, core } = await coreRoom.attach(attachment, { ...inputs, problems: problems.toArray() });
  const program = core.modules.find(({ kind }) => kind === "executable");
  const hasSymbol = (name: string) => program?.symbols.named(name) !== undefined;
  const executable = options.core?.program === undefined ? undefined : FileSource.open(options.core.program);
  const write = (position: number, bytes: Uint8Array) => {
    try {
      writeSparsely(fd, bytes, position);
    } catch (error) {
      throw noRoomFor(task, error);
    }
  };
  try {
    const headers = executable === undefined ? undefined : objectFileOrUndefined(executable);
    const plan = planProcessCopy(image, level, hasSymbol, work, headers);
    return writeRedactedDump(source, plan, write, work);
  } finally {
    executable?.close();
  }
}

function appendAll(fd: number, byteLength: number, target: CopyTarget, work: Work): void {
  const source = FileSource.attach({ name: "copy", fd, byteLength });
  const chunk = new Uint8Array(chunkBytes);
  for (let position = 0; position < byteLength; ) {
    work.throwIfCancelled();
    const got = source.read(position, chunk);
    if (got === 0) break;
    target.append(chunk.subarray(0, got));
    position += got;
  }
}
