import { resolve } from "node:path";
import { ExhumeError } from "../../base/errors";
import { formatBytes } from "../../base/figures";
import {
  type Command,
  exitCodeFor,
  openFlags,
  openOptionsOf,
  openOptionsUsage,
  requirePositional,
  textOption,
} from "./command";

/** `exhume convert`: the Java heap of a core as a heap dump, or a heap dump once more. */
export const convert: Command = {
  name: "convert",
  listsProblems: true,
  needs: "heapRecords",
  summary: "Write the Java heap of a core as a heap dump, or a heap dump packed or without garbage.",
  usage: `DUMP -o OUT [--reachable] [--json]
  -o, --out OUT       the heap dump (HPROF), packed when it ends in .gz; a file that exists is not overwritten
  --reachable         leave out what no root reaches
  --json              one JSON object on standard output
${openOptionsUsage}`,
  options: {
    out: { type: "string", short: "o" },
    reachable: { type: "boolean" },
    json: { type: "boolean" },
    ...openFlags,
  },
  async run(invocation) {
    const { output, values, signal } = invocation;
    const path = requirePositional(invocation, 0, "DUMP");
    const out = textOption(invocation, "out");
    if (out === undefined) throw new ExhumeError({ code: "invalid", what: "-o OUT is missing" });
    const reachableOnly = values["reachable"] === true;
    const options = { ...openOptionsOf(invocation), ...(reachableOnly ? {} : { unindexed: true }) };
    const session = await invocation.openDump(path, options);
    const gzip = out.endsWith(".gz");
    const written = await session.ask("heap/saveCopy", { out: resolve(out), gzip, reachableOnly }, signal);
    invocation.clearProgress();
    const { problems } = session;
    if (values["json"] === true)
      output.json({
        schemaVersion: 1,
        dump: path,
        out,
        ...written,
        problems: problems.map(({ code }) => code),
      });
    else {
      for (const { message } of problems) output.note([`exhume convert: ${message}`]);
      output.text([`${out} (${formatBytes(written.bytes)})`]);
    }
    return exitCodeFor(problems);
  },
};
