import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ExhumeError } from "../../base/errors";
import { formatCount } from "../../base/figures";
import { makeFolder } from "../../session/files/makeFolder";
import { type CheckResult, checkGrowth, leakShapes } from "../../session/heap/checkGrowth";
import { type Command, type Invocation, openFlags, openOptionsUsage } from "./command";
import { jsonComparison, openSeries, seriesExitCode } from "./diff";
import { exitCodes } from "./exitCodes";
import { limitsOf } from "./growthLimits";
import { junitReport } from "./junitReport";
import { jsonSuspect } from "./suspects";

const jsonRows = 50;

export const check: Command = {
  name: "check",
  needs: "objectGraph",
  summary:
    "Compare heap dumps and end with exit code 4 when a limit is broken: for builds after a soak test.",
  usage: `EARLIER LATER [LATEST…] [--max-growth SIZE] [--max-class-growth [CLASS=]SIZE] [--fail-on SHAPE,…]
  --max-growth SIZE   growth of the reachable heap that is allowed (8MiB)
  --max-class-growth  growth of the shallow bytes of any class, or of one: 1MiB, com.example.Order=0
  --fail-on SHAPE,…   shapes of leaks the last dump must not have, or all:
                      ${leakShapes.join(", ")}
  --json              write the outcome as JSON to standard output
  --json-file FILE    write it to a file
  --junit FILE        write the outcome of every limit as JUnit XML
${openOptionsUsage}`,
  options: {
    "max-growth": { type: "string" },
    "max-class-growth": { type: "string", multiple: true },
    "fail-on": { type: "string", multiple: true },
    json: { type: "boolean" },
    "json-file": { type: "string" },
    junit: { type: "string" },
    ...openFlags,
  },
  async run(invocation) {
    const limits = limitsOf(invocation.values);
    const sessions = await openSeries(invocation);
    const result = await checkGrowth(sessions, limits, invocation.signal);
    writeReports(invocation, result);
    if (!result.passed) return exitCodes.limitBroken;
    return seriesExitCode(sessions);
  },
};

function writeReports(invocation: Invocation, result: CheckResult): void {
  const { values, output } = invocation;
  const json = () => `${JSON.stringify(jsonOf(result), null, 2)}\n`;
  if (typeof values["json-file"] === "string") writeReport(values["json-file"], json());
  if (typeof values["junit"] === "string") writeReport(values["junit"], junitReport(result.outcomes));
  if (values["json"] === true) output.json(jsonOf(result));
  else output.text(textOf(result));
}

function writeReport(file: string, text: string): void {
  try {
    makeFolder(dirname(file));
    writeFileSync(file, text);
  } catch (error) {
    throw new ExhumeError({ code: "unreadable", file, reason: (error as Error).message });
  }
}

function jsonOf({ passed, outcomes, comparison, suspects }: CheckResult): Record<string, unknown> {
  return {
    schemaVersion: 1,
    passed,
    limits: outcomes,
    ...jsonComparison(comparison, jsonRows),
    suspects: suspects.map(jsonSuspect),
  };
}

function textOf({ passed, outcomes, comparison }: CheckResult): string[] {
  const lines = outcomes.map(
    ({ passed: kept, limit, message }) => `${kept ? "ok    " : "BROKEN"} ${limit}: ${message}`,
  );
  const growing = passed
    ? []
    : comparison.growing
        .slice(0, 5)
        .map(
          ({ field, path, grownBytes }) =>
            `       grew: ${field === undefined ? (path.at(-1)?.className ?? "") : `${field.className}.${field.name}`} +${formatCount(grownBytes)} bytes`,
        );
  return [...lines, ...growing, passed ? "passed" : "failed"];
}
