import type { LimitOutcome } from "../../session/heap/checkGrowth";

/** JUnit XML as build servers read it: one test case a limit. */
export function junitReport(outcomes: readonly LimitOutcome[]): string {
  const failures = outcomes.filter(({ passed }) => !passed).length;
  const cases = outcomes.map((outcome) => {
    const head = `    <testcase classname="exhume.check" name="${escaped(outcome.limit)}">`;
    const body = outcome.passed
      ? `<system-out>${escaped(outcome.message)}</system-out>`
      : `<failure message="${escaped(outcome.message)}">allowed ${escaped(String(outcome.allowed))}, found ${escaped(String(outcome.found))}</failure>`;
    return `${head}\n      ${body}\n    </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${outcomes.length}" failures="${failures}">`,
    `  <testsuite name="exhume check" tests="${outcomes.length}" failures="${failures}">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Control characters that XML 1.0 cannot carry at all become spaces. */
function escaped(text: string): string {
  return Array.from(text, (character) =>
    character < " " && !"\t\n\r".includes(character) ? " " : (entities[character] ?? character),
  ).join("");
}
