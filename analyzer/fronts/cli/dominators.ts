import { formatBytes, formatCount } from "../../base/figures";
import {
  type Command,
  exitCodeFor,
  openFlags,
  openOptionsOf,
  openOptionsUsage,
  requirePositional,
} from "./command";
import { formatTable, type TableColumn } from "./table";

export const dominators: Command = {
  name: "dominators",
  needs: "objectGraph",
  summary: "Say who keeps the objects of a class: their immediate dominators, by class.",
  usage: `DUMP CLASS [--through PATTERN,…] [--json]
  CLASS               name of a class whose objects are asked for
  --through …         classes to look through: their own dominators count instead, e.g. java.*,kotlin.*
  --json              one JSON object on standard output
${openOptionsUsage}`,
  options: { json: { type: "boolean" }, through: { type: "string", multiple: true }, ...openFlags },
  async run(invocation) {
    const file = requirePositional(invocation, 0, "DUMP");
    const className = requirePositional(invocation, 1, "CLASS");
    const { output, signal, values } = invocation;
    const through = [values["through"] ?? []].flat().join(",");
    const session = await invocation.openDump(file, openOptionsOf(invocation));
    const { rows } = await session.ask(
      "heap/immediateDominators",
      { className, ...(through === "" ? {} : { skip: through }) },
      signal,
    );
    if (values["json"] === true) output.json({ schemaVersion: 1, className, rows });
    else
      output.text(
        formatTable(
          columns,
          rows.map((row) => [
            row.className,
            formatCount(row.dominators),
            formatCount(row.objects),
            formatBytes(row.retainedBytes),
            row.objectId ?? "",
          ]),
          output.columns,
        ),
      );
    return exitCodeFor(session.problems);
  },
};

const columns: readonly TableColumn[] = [
  { title: "Dominators of class", align: "left" },
  { title: "Dominators", align: "right" },
  { title: "Objects", align: "right" },
  { title: "Retained by the objects", align: "right" },
  { title: "Example", align: "right" },
];
