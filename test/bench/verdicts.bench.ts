import { expect, it } from "vitest";
import { judgeProgram } from "../build/judgeProgram";
import { isAsWanted, type JudgedProgram, scoreByConfidence } from "../build/verdictScore";
import { type Blame, type VerdictHalf, wantedVerdicts } from "../build/wantedVerdicts";

/** `EXHUME_VERDICTS=verdicts` looks at the half that detectors are written with, `unseen`, `fresh` and `heldout` at the further parts. */
const half = (process.env["EXHUME_VERDICTS"] ?? "judged") as VerdictHalf;
/** `EXHUME_JDK=25` runs them with no older JDK. */
const leastJdk = Number(process.env["EXHUME_JDK"] ?? 0);
/** Names of programs with commas between them; all without it. */
const only = process.env["EXHUME_PROGRAMS"]?.split(",");

it(`tells what it thinks of the programs of test/programs/java/${half}`, async () => {
  const judged: JudgedProgram[] = [];
  const lines: string[] = [];
  const failures: string[] = [];
  for (const wanted of wantedVerdicts(half)) {
    if (only !== undefined && !only.includes(wanted.program)) continue;
    try {
      const program = await judgeProgram(wanted, leastJdk);
      judged.push(program);
      lines.push(rowOf(program));
    } catch (error) {
      failures.push(String(error));
    }
  }
  console.log(`${lines.join("\n")}\n\n${scoreTable(judged)}`);
  expect(failures).toEqual([]);
  expect(judged.length).toBeGreaterThan(0);
}, 3_600_000);

function rowOf(program: JudgedProgram): string {
  const { wanted, findings } = program;
  const blame = wanted.blame.map(textOf);
  const told = findings.map(
    ({ confidence, shape, blames, right }) =>
      `    ${right ? "right" : "wrong"} ${confidence} ${shape} ${blames}`,
  );
  const asked = [wanted.verdict, wanted.shape ?? "", blame.join(" or ")]
    .filter((text) => text !== "")
    .join(" ");
  return [`${isAsWanted(program) ? "✓" : "✗"} ${wanted.program}: ${asked}`, ...told].join("\n");
}

function textOf(blame: Blame): string {
  switch (blame.kind) {
    case "field":
      return `${blame.className}.${blame.name}`;
    case "frame":
      return `${blame.method} (${blame.file}:${blame.line})`;
    case "shape":
      return `any ${blame.shape}`;
  }
}

function scoreTable(judged: readonly JudgedProgram[]): string {
  const healthy = judged.filter(({ wanted }) => wanted.verdict === "healthy");
  const quiet = healthy.filter(isAsWanted).length;
  const silent = healthy.filter(({ findings }) => findings.length === 0).length;
  return [
    "| confidence | said | right place | right | precision | wanted at least | found so | recall |",
    "|---|---|---|---|---|---|---|---|",
    ...scoreByConfidence(judged).map(
      ({ confidence, said, rightPlace, right, wanted, found }) =>
        `| ${confidence} | ${said} | ${rightPlace} | ${right} | ${percent(right, said)} | ${wanted} | ${found} | ${percent(found, wanted)} |`,
    ),
    "",
    `${quiet} of ${healthy.length} healthy heaps have no finding above possible, ${silent} have none at all.`,
  ].join("\n");
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`;
}
