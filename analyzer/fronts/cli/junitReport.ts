import { asXml } from "../../base/foreignText";
import type { LimitOutcome } from "../../session/heap/checkGrowth";

/** JUnit XML as build servers read it: one test case a limit. */
export function junitReport(outcomes: readonly LimitOutcome[]): string {
  const failures = outcomes.filter(({ passed }) => !passed).length;
  const cases = outcomes.map((outcome) => {
    const head = `    <testcase classname="exhume.check" name="${asXml(outcome.limit)}">`;
    const body = outcome.passed
      ? `<system-out>${asXml(outcome.message)}</system-out>`
      : `<failure message="${asXml(outcome.message)}">allowed ${asXml(String(outcome.allowed))}, found ${asXml(String(outcome.found))}</failure>`;
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
