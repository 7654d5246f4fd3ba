import { ExhumeError } from "../../base/errors";
import type { DumpKind } from "../../protocol/dump/open";
import { analyzeCore } from "./analyzeCore";
import { analyzeHeap } from "./analyzeHeap";
import { type Command, countOption, openFlags, openOptionsUsage, requirePositional } from "./command";
import { coreFlags, coreOpenOptionsOf, printersUsage } from "./coreOptions";
import type { Report } from "./report";

/** What `analyze` says of each kind of dump. */
const reports: Readonly<Partial<Record<DumpKind, Report>>> = { core: analyzeCore, heap: analyzeHeap };

export const analyze: Command = {
  name: "analyze",
  listsProblems: true,
  summary: "Say what a dump is and what holds the memory or what crashed.",
  usage: `DUMP [--heap] [--json] [--top N]
  --heap              of a JVM's core: what its Java heap holds, as of a heap dump
  --json              one JSON object on standard output
  --top N             rows in each list
${openOptionsUsage}
${printersUsage}`,
  options: {
    heap: { type: "boolean" },
    json: { type: "boolean" },
    top: { type: "string" },
    ...coreFlags,
    ...openFlags,
  },
  async run(invocation) {
    const path = requirePositional(invocation, 0, "DUMP");
    const request = { json: invocation.values["json"] === true, top: countOption(invocation, "top") };
    const heapOfCore = invocation.values["heap"] === true ? { heapOfCore: true } : {};
    const session = await invocation.openDump(path, { ...coreOpenOptionsOf(invocation), ...heapOfCore });
    const report = reports[session.kind];
    if (report === undefined)
      throw new ExhumeError({ code: "unsupported", file: path, what: `no report for ${session.kind}` });
    return report(session, request, invocation);
  },
};
