import { type CompiledRule, compiled } from "../compiledRule";
import { readPrinterFile } from "../printerFile";
import abseil from "./abseil.json";
import boost from "./boost.json";
import eigen from "./eigen.json";
import fmt from "./fmt.json";
import qt from "./qt.json";
import standard from "./standard.json";

/** Libraries by how the names of their types begin: most programs have types of few. */
const libraries: readonly { readonly names: RegExp; readonly file: unknown }[] = [
  { names: /^boost::/, file: boost },
  { names: /^Q[A-Z]/, file: qt },
  { names: /^Eigen::/, file: eigen },
  { names: /^absl::/, file: abseil },
  { names: /^fmt::/, file: fmt },
  { names: /^(std|__gnu_cxx)::/, file: standard },
];

const read = new Map<unknown, readonly CompiledRule[]>();

/** The rules that come with Exhume for a type, written in the format that workspaces write theirs in. */
export function builtinRules(name: string): readonly CompiledRule[] {
  const library = libraries.find(({ names }) => names.test(name));
  if (library === undefined) return [];
  let rules = read.get(library.file);
  if (rules === undefined) {
    rules = compiled(readPrinterFile(JSON.stringify(library.file)).rules);
    read.set(library.file, rules);
  }
  return rules;
}
