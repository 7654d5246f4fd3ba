import type { ByteSource } from "../../base/byteSource";
import { ProblemList } from "../../base/problems";
import { findInText } from "../../base/secrets/findInText";
import { type SecretScan, SecretTally } from "../../base/secrets/secretTally";
import { findInVariable } from "../../base/secrets/startSecrets";
import type { Work } from "../../base/work";
import { linesOf } from "./textLines";

/** Lines that begin a part: `Environment Variables:`, `Native Memory Tracking:`. */
const heading = /^[A-Z][A-Za-z ()/-]{2,39}:$/;
const variable = /^[A-Za-z_]\w{0,99}=/;

/**
 * Looks for secrets line by line in a saved text. Values stay masked.
 * @param title stands for lines before the first heading
 * @throws ExhumeError `cancelled`, `unreadable`
 */
export function scanText(source: ByteSource, title: string, work: Work): SecretScan<number> {
  const tally = new SecretTally<number>();
  const problems = new ProblemList();
  let holder = title;
  let line = 0;
  for (const text of linesOf(source, problems, work)) {
    line++;
    if (heading.test(text)) holder = text.slice(0, -1);
    const find = variable.test(text) ? findInVariable : findInText;
    find(text, ({ kind, value }) => tally.add(kind, value, { holder }, line));
  }
  const cutTexts = problems.countOf("long-line");
  return { texts: line, cutTexts, findings: tally.findings(), notKept: tally.notKept };
}
