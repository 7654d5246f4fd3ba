import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseSync, Visitor } from "rolldown/utils";
import { analyse } from "scslre";
import { expect, it } from "vitest";

const root = resolve(__dirname, "../..");

/**
 * Expressions the checker takes for slow that are not, each with the reason. Nearly always the expression can be
 * written so that it is linear, or a text be read with `indexOf` and `slice`.
 */
const allowed: Readonly<Record<string, string>> = {};

interface Literal {
  readonly file: string;
  readonly line: number;
  readonly source: string;
  readonly flags: string;
}

function regularExpressionsOf(file: string): Literal[] {
  const text = readFileSync(join(root, file), "utf8");
  const found: Literal[] = [];
  const note = ({ pattern, flags }: { pattern: string; flags: string }, start: number) =>
    found.push({ file, line: text.slice(0, start).split("\n").length, source: pattern, flags });
  const { program } = parseSync(file, text);
  new Visitor({
    Literal: (node) => {
      if ("regex" in node) note(node.regex, node.start);
    },
  }).visit(program);
  return found;
}

function slowPartsOf({ source, flags }: Pick<Literal, "source" | "flags">): string[] {
  // A sticky expression is tried in one place only.
  const anchored = flags.includes("y")
    ? { source: `^(?:${source})`, flags: flags.replace("y", "") }
    : { source, flags };
  const { reports } = analyse(anchored);
  return reports.map((report) =>
    report.type === "Trade" ? `${report.startQuant.raw} and ${report.endQuant.raw}` : report.quant.raw,
  );
}

it.each([
  ["(a+)+b", ""],
  ["^Total:\\s*reserved=\\d+\\w*.*committed=", "m"],
  ["nid=\\S+ ([^[]*?)\\s*(?:\\[0x[0-9a-f]+\\])?\\s*$", ""],
  ["^\\s*Address\\s", "m"],
  ["/+$", ""],
])("finds what is slow in /%s/", (source, flags) => {
  expect(slowPartsOf({ source, flags })).not.toEqual([]);
});

it("takes linear time in every regular expression, whatever the text", () => {
  const files = ["analyzer", "extension", "webview"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"))
      .map((file) => join(folder, file)),
  );
  const all = files.flatMap(regularExpressionsOf);
  expect(all.length).toBeGreaterThan(300);
  const slow = all.flatMap((literal) => {
    if (Object.hasOwn(allowed, literal.source)) return [];
    const parts = slowPartsOf(literal);
    return parts.length === 0
      ? []
      : [`${literal.file}:${literal.line} /${literal.source}/: ${parts.join("; ")}`];
  });
  expect(slow).toEqual([]);
  const sources = new Set(all.map(({ source }) => source));
  expect(Object.keys(allowed).filter((source) => !sources.has(source))).toEqual([]);
});
