import type { TextPattern } from "../../../base/patterns";
import { regularExpression } from "../../../base/patterns";
import { readPrinterFile } from "../printerFile";
import type { PrinterRule } from "../printerRule";
import abseil from "./abseil.json";
import boost from "./boost.json";
import eigen from "./eigen.json";
import fmt from "./fmt.json";
import qt from "./qt.json";
import standard from "./standard.json";

interface BuiltinRule {
  readonly matches: TextPattern;
  readonly rule: PrinterRule;
}

/** Libraries by how the names of their types begin: most programs have types of few. */
const libraries: readonly { readonly names: RegExp; readonly file: unknown }[] = [
  { names: /^boost::/, file: boost },
  { names: /^Q[A-Z]/, file: qt },
  { names: /^Eigen::/, file: eigen },
  { names: /^absl::/, file: abseil },
  { names: /^fmt::/, file: fmt },
  { names: /^(std|__gnu_cxx)::/, file: standard },
];

const read = new Map<unknown, readonly BuiltinRule[]>();

/** The rules that come with Exhume for a type, written in the format that workspaces write theirs in. */
export function builtinRules(name: string): readonly BuiltinRule[] {
  const library = libraries.find(({ names }) => names.test(name));
  if (library === undefined) return [];
  let rules = read.get(library.file);
  if (rules === undefined) {
    const { rules: found } = readPrinterFile(JSON.stringify(library.file));
    rules = found.map((rule) => ({ rule, matches: regularExpression(rule.type) }));
    read.set(library.file, rules);
  }
  return rules;
}
