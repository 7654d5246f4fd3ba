import { formatBytes } from "../../base/figures";
import type { StoredCore } from "../../protocol/dump/crashes";
import { listStoredCores } from "../../session/crashes/storedCores";
import { type Command, countOption } from "./command";
import { exitCodes } from "./exitCodes";
import { apart } from "./output";
import { formatTable } from "./table";

/** `exhume crashes`: the one verb that looks for cores nobody named. */
export const crashes: Command = {
  name: "crashes",
  summary: "List the cores that systemd, apport and the kernel kept on this machine.",
  usage: `[--top N] [--json]
  --top N             the newest N, 50 by default
  --json              one JSON object on standard output`,
  options: { json: { type: "boolean" }, top: { type: "string" } },
  async run(invocation) {
    const { output, values } = invocation;
    const { cores, keeping } = listStoredCores();
    const shown = cores.slice(0, countOption(invocation, "top") ?? 50);
    if (values["json"] === true)
      output.json({ schemaVersion: 1, keeping, total: cores.length, cores: shown });
    else output.text(apart([textOfCores(shown, cores.length, output.columns), [keeping]]));
    return exitCodes.done;
  },
};

/** A table of kept cores, and how many are not in it. */
export function textOfCores(cores: readonly StoredCore[], total: number, width: number): string[] {
  if (cores.length === 0) return ["No cores are kept here."];
  const table = formatTable(
    [
      { title: "Crashed (UTC)", align: "left" },
      { title: "PID", align: "right" },
      { title: "User id", align: "right" },
      { title: "Signal", align: "left" },
      { title: "Size", align: "right" },
      { title: "Command", align: "left" },
      { title: "File", align: "left" },
    ],
    cores.map((core) => [
      new Date(core.crashedMs).toISOString().slice(0, 19).replace("T", " "),
      core.pid === undefined ? "" : String(core.pid),
      core.userId === undefined ? "" : String(core.userId),
      core.signal ?? "",
      core.bytes === undefined ? "" : formatBytes(core.bytes),
      core.program ?? core.command,
      stateText(core),
    ]),
    width,
  );
  return cores.length === total ? table : [...table, `The newest ${cores.length} of ${total}.`];
}

function stateText({ path, state, keeper }: StoredCore): string {
  if (state === "gone") return `no longer kept by ${keeper}`;
  return state === "forbidden" ? `${path} (this user may not read it)` : path;
}
