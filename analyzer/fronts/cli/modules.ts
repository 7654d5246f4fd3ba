import { lastPartOf } from "../../base/pathNames";
import type { CoreModuleRow } from "../../protocol/core/modules";
import { openCore } from "./bt";
import { type Command, openFlags, requirePositional } from "./command";
import { coreFlags, coreOpenOptionsOf, coreOptionsUsage } from "./coreOptions";
import { exitCodes } from "./exitCodes";
import { apart } from "./output";
import { formatTable } from "./table";

export const modules: Command = {
  name: "modules",
  needs: "modules",
  summary: "List the modules of a core: found, unverified, missing or mismatched, with build ids.",
  usage: `CORE [--json] [--program FILE]
  --json              one JSON object on standard output
${coreOptionsUsage}`,
  options: { json: { type: "boolean" }, ...coreFlags, ...openFlags },
  async run(invocation) {
    const { output, signal, values } = invocation;
    const path = requirePositional(invocation, 0, "CORE");
    const session = await openCore(invocation.openDump(path, coreOpenOptionsOf(invocation)), path);
    const answer = await session.ask("core/modules", {}, signal);
    const { counts, runtimes } = answer;
    if (values["json"] === true)
      output.json({
        schemaVersion: 1,
        counts,
        ...(runtimes.length === 0 ? {} : { runtimes }),
        modules: answer.modules.map(jsonModule),
      });
    else {
      const titles = runtimes.map((title) => `This is ${title}`);
      const table = textOfModules(answer.modules, output.columns);
      output.text(apart([[`Modules: ${counts.words}`, ...titles], table]));
    }
    return exitCodes.done;
  },
};

/** A module with what can be done about it. */
export function jsonModule(module: CoreModuleRow): Record<string, unknown> {
  const { fault: _fault, wants: _wants, ...row } = module;
  const advice = adviceOf(module);
  return { ...row, ...(advice === undefined ? {} : { advice }) };
}

/** What is wrong, and with which options it can be mended. */
function adviceOf({ fault, wants, kind, path }: CoreModuleRow): string | undefined {
  if (wants === undefined) return fault;
  const name = lastPartOf(path) || "the executable";
  const what = kind === "executable" ? "Give the program that crashed (--program)" : `Provide ${name}`;
  const where =
    "put it beside the core, name its folder (--debug-info), or unpack the image of the machine and name it (--sysroot)";
  const leave =
    wants === "fileOrLeave" ? " To use it all the same, allow mismatches (--allow-mismatch)." : "";
  return `${fault} ${what}: ${where}.${leave}`;
}

/** The table of modules, then what to do about those that are not right. */
export function textOfModules(rows: readonly CoreModuleRow[], width: number): string[] {
  const table = formatTable(
    [
      { title: "Status", align: "left" },
      { title: "Build id of what ran", align: "left" },
      { title: "Debug info", align: "left" },
      { title: "Address", align: "right" },
      { title: "Module", align: "left" },
    ],
    rows.map((row) => [
      row.overridden ? `${row.status}, used` : row.status,
      row.buildId ?? "none",
      row.hasDebugInformation ? "yes" : row.hasSymbols ? "symbols only" : "no",
      row.start,
      row.path,
    ]),
    width,
  );
  // What is said of several modules is said once, below their names.
  const byAdvice = new Map<string, string[]>();
  for (const row of rows) {
    const { path, file } = row;
    const advice = adviceOf(row);
    if (advice === undefined) continue;
    const name = file === undefined || file === path ? path : `${path} (${file})`;
    byAdvice.set(advice, [...(byAdvice.get(advice) ?? []), name]);
  }
  return apart([table, [...byAdvice].flatMap(([advice, names]) => [...names, `  ${advice}`])]);
}
