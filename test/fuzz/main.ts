import { writeFileSync } from "node:fs";
import { type FuzzReport, fuzz } from "./fuzz";
import { parsers } from "./parsers";

// npm run fuzz [PARSER …] [-- --seconds N] [--inputs N] [--cuts N] [--seed S] [--report FILE]
const { argv } = process;
const option = (name: string, usual: number) => {
  const at = argv.indexOf(`--${name}`);
  return at < 0 ? usual : Number(argv[at + 1]);
};
const inputs = option("inputs", Number.POSITIVE_INFINITY);
const seconds = option("seconds", inputs === Number.POSITIVE_INFINITY ? 60 : Number.POSITIVE_INFINITY);
const cuts = option("cuts", Number.POSITIVE_INFINITY);
const seed = option("seed", (Date.now() % 1e9) | 0);
const reportAt = argv.indexOf("--report");
const reportFile = reportAt < 0 ? undefined : argv[reportAt + 1];
const chosen = argv.slice(2).filter((each) => Object.hasOwn(parsers, each));
const names = chosen.length > 0 ? chosen : Object.keys(parsers);

const columns = [
  "parser",
  "inputs",
  "cuts",
  "inputs/s",
  "inputs/CPU s",
  "refused",
  "replayed",
  "slowest ms",
  "findings",
];

function row(name: string, report: FuzzReport): readonly string[] {
  const { inputs, cuts: cut, seconds, cpuSeconds, refused, replayed, slowestMs, findings } = report;
  const counts = [
    inputs,
    cut,
    inputs / seconds,
    inputs / cpuSeconds,
    refused,
    replayed,
    slowestMs,
    findings.length,
  ];
  return [name, ...counts.map((count) => count.toFixed(0))];
}

/** A table that is whole after every parser: a night may end early. */
function write(file: string, rows: readonly (readonly string[])[]): void {
  const lines = [columns, columns.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  writeFileSync(file, `Seed ${seed}, ${new Date().toISOString()}\n\n${lines.join("\n")}\n`);
}

async function main(): Promise<void> {
  console.log(`seed ${seed}`);
  console.log(columns.map((name, column) => (column === 0 ? name.padEnd(14) : name.padStart(12))).join(" "));
  const rows: (readonly string[])[] = [];
  let failed = 0;
  for (const name of names) {
    const report = await fuzz(name, parsers[name]!, { seconds, inputs, seed, cuts });
    const cells = row(name, report);
    console.log(cells.map((cell, column) => (column === 0 ? cell.padEnd(14) : cell.padStart(12))).join(" "));
    for (const finding of report.findings) console.log(`  ${finding}`);
    failed += report.findings.length;
    rows.push(cells);
    if (reportFile !== undefined) write(reportFile, rows);
  }
  process.exitCode = failed === 0 ? 0 : 1;
}

void main();
