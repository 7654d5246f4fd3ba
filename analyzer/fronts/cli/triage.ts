import { formatBytes, formatShare } from "../../base/figures";
import type { TriageVerdict } from "../../protocol/triage/verdict";
import { answerVerdict } from "../../session/triage/triageAnswers";
import {
  bytesOption,
  type Command,
  openFlags,
  openOptionsOf,
  openOptionsUsage,
  requirePositional,
} from "./command";
import { exitCodes } from "./exitCodes";
import { apart } from "./output";
import { formatTable } from "./table";

export const triage: Command = {
  name: "triage",
  listsProblems: true,
  needs: "memoryEvidence",
  summary:
    "Say which cause makes a process grow, from any of heap dump, core, NMT, smaps, GC log, thread dump.",
  usage: `FILE… [--limit SIZE] [--json]
  FILE…               inputs of one process; several of one kind in the order of time
  --limit SIZE        memory limit of the container, e.g. 2GiB
  --json              one JSON object on standard output
${openOptionsUsage}`,
  options: { json: { type: "boolean" }, limit: { type: "string" }, ...openFlags },
  async run(invocation) {
    requirePositional(invocation, 0, "FILE");
    const limit = bytesOption(invocation, "limit");
    const sessions = [];
    for (const path of invocation.positionals)
      sessions.push(await invocation.openDump(path, openOptionsOf(invocation)));
    const verdict = await answerVerdict(sessions, limit, invocation.signal);
    const { output } = invocation;
    if (invocation.values["json"] === true) output.json({ schemaVersion: 1, ...verdict });
    else output.text(textOf(verdict, output.columns));
    const isIncomplete = sessions.some((session) => session.problems.some((problem) => problem.losesData));
    return isIncomplete ? exitCodes.incomplete : exitCodes.done;
  },
};

function textOf(verdict: TriageVerdict, width: number): string[] {
  const { account } = verdict;
  const blocks = [
    verdict.inputs.flatMap(({ headline }) => headline ?? []),
    [`${verdict.cause.toUpperCase()} (confidence: ${verdict.confidence})`, verdict.summary],
    [
      ...verdict.because.map((sentence) => `  + ${sentence}`),
      ...verdict.isNot.map(({ sentence, known }) => `  ${known ? "-" : "?"} ${sentence}`),
    ],
    [`Usual fix: ${verdict.usualFix}`],
  ];
  const problems = verdict.inputs.flatMap(({ path, problems }) =>
    problems.map((problem) => `  ! ${path}: ${problem}`),
  );
  if (problems.length > 0) blocks.push(["About the inputs:", ...problems]);
  const whole = account.rssBytes ?? account.parts.reduce((sum, part) => sum + part.bytes, 0);
  const rows = account.parts.map((part) => [
    formatBytes(part.bytes),
    formatShare(part.bytes, whole),
    part.exact ? "" : "about",
    part.name,
    part.source,
  ]);
  if (account.unexplainedBytes !== undefined)
    rows.push([
      `${account.unexplainedBytes < 0 ? "-" : ""}${formatBytes(Math.abs(account.unexplainedBytes))}`,
      formatShare(account.unexplainedBytes, whole),
      "",
      account.unexplainedBytes < 0
        ? account.resident
          ? "(allocated, not resident)"
          : "(committed, not resident)"
        : "unexplained",
      "",
    ]);
  if (account.rssBytes !== undefined)
    rows.push([formatBytes(account.rssBytes), "", "", "RSS", account.rssSource ?? ""]);
  if (account.limitBytes !== undefined) {
    const used =
      account.rssBytes === undefined
        ? ""
        : `, ${formatShare(account.rssBytes, account.limitBytes)} of it used`;
    rows.push([formatBytes(account.limitBytes), "", "", `Limit${used}`, ""]);
  }
  blocks.push(
    formatTable(
      [
        { title: account.resident ? "Resident" : "Committed", align: "right" },
        { title: "", align: "right" },
        { title: "", align: "left" },
        { title: "Part", align: "left" },
        { title: "From", align: "left" },
      ],
      rows,
      width,
    ),
  );
  if (verdict.growth.length > 0)
    blocks.push([
      "What changed",
      ...formatTable(
        [
          { title: "Change", align: "right" },
          { title: "Of", align: "left" },
          { title: "Part", align: "left" },
        ],
        verdict.growth.slice(0, 20).map(({ change, unit, of, name }) => {
          const sign = change > 0 ? "+" : "-";
          return [`${sign}${unit === "bytes" ? formatBytes(Math.abs(change)) : Math.abs(change)}`, of, name];
        }),
        width,
      ),
    ]);
  const steps = verdict.next.flatMap((step) => [
    `  ${step.command}`,
    `      ${step.what}: ${step.why}.`,
    `      Pause: ${step.pause}. Disk: ${step.disk}. Risk: ${step.risk}.`,
  ]);
  if (steps.length > 0)
    blocks.push(["Capture next (PID: the process, or the one that runs in its place)", ...steps]);
  return apart(blocks);
}
