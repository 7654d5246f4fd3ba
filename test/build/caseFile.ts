import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const folder = resolve(__dirname, "../cases");

/** A question in a text file with the answer it must get. */
export interface Case {
  readonly question: string;
  /** Lines of the answer; empty when another program judges it. */
  readonly answer: readonly string[];
  /** What the refusal says, `…` for any text. */
  readonly refusal?: string;
}

/**
 * Cases of a file in `test/cases`: a question begins at the margin, its answer is indented, a line each, and a refusal
 * begins with `!`. Empty lines and lines that begin with `#` are for the reader.
 */
export function readCases(name: string): readonly Case[] {
  const cases: { question: string; answer: string[]; refusal?: string }[] = [];
  readFileSync(join(folder, name), "utf8")
    .split("\n")
    .forEach((line, at) => {
      if (line.trim() === "" || line.startsWith("#")) return;
      if (!/^\s/.test(line)) {
        cases.push({ question: line, answer: [] });
        return;
      }
      const last = cases.at(-1);
      if (last === undefined) throw new Error(`${name}:${at + 1}: an answer without a question`);
      const text = line.trim();
      if (text.startsWith("!")) last.refusal = text.slice(1).trim();
      else last.answer.push(text);
    });
  if (cases.length === 0) throw new Error(`${name} has no cases`);
  return cases;
}

/** Whether a refusal says what a case expects of it. */
export function refusalPattern(refusal: string): RegExp {
  const parts = refusal.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
