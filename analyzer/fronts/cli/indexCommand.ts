import { ExhumeError } from "../../base/errors";
import { defaultIndexDirectory } from "../../session/index/indexStore";
import { deleteSavedIndex, savedIndexOf } from "../../session/index/savedIndex";
import { type Command, openFlags, openOptionsOf, openOptionsUsage, requirePositional } from "./command";

/** `exhume index`: makes the saved index of a heap dump, to be used here or on another machine. */
export const index: Command = {
  name: "index",
  summary: "Make the saved index of a heap dump, or delete it.",
  usage: `DUMP [--delete] [--json]
  --delete            delete the saved index instead
  --json              one JSON object on standard output
${openOptionsUsage}`,
  options: { json: { type: "boolean" }, delete: { type: "boolean" }, ...openFlags },
  async run(invocation) {
    const { output, values } = invocation;
    const path = requirePositional(invocation, 0, "DUMP");
    const options = openOptionsOf(invocation);
    const json = values["json"] === true;
    if (values["delete"] === true) {
      const { deleted, freedBytes } = deleteSavedIndex(path, options, false);
      if (json) output.json({ schemaVersion: 1, dump: path, deleted, freedBytes }, 0);
      else
        output.text([deleted.length === 0 ? "There is no saved index." : `Deleted ${deleted.join(", ")}.`]);
      return 0;
    }
    if (options.useSavedIndex === false) {
      throw new ExhumeError({ code: "invalid", what: "--no-index leaves nothing to do" });
    }
    // A folder that is named takes the indexes of small dumps too, which are quicker made than read.
    const directory = options.indexDirectory ?? defaultIndexDirectory();
    const opened = { ...options, indexDirectory: directory, heapOfCore: true };
    const session = await invocation.openDump(path, opened);
    if (!session.format.savesIndex) {
      throw new ExhumeError({
        code: "unsupported",
        file: path,
        what: `${session.format.title} has no index`,
      });
    }
    const { heapOfCore } = session;
    const saved = await savedIndexOf(path, session.wrapping, { ...options, heapOfCore });
    if (saved === undefined) {
      throw new ExhumeError({
        code: "refused",
        what: "The index was not saved; see the problems of `exhume analyze`",
      });
    }
    if (json) {
      const row = { schemaVersion: 1, dump: path, index: saved.path, bytes: saved.bytes };
      output.json(row, 0);
    } else output.text([`${saved.path} (${saved.bytes} bytes)`]);
    return 0;
  },
};
