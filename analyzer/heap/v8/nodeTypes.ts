import { dictionary } from "../../base/dictionary";

/** What the nodes of a kind are called: by the kind, or by their own name where that is a constructor's. */
const kindNames: Readonly<Record<string, string>> = dictionary({
  hidden: "(system)",
  array: "(array)",
  string: "(string)",
  "concatenated string": "(concatenated string)",
  "sliced string": "(sliced string)",
  code: "(compiled code)",
  closure: "Function",
  regexp: "RegExp",
  number: "(number)",
  symbol: "(symbol)",
  bigint: "(bigint)",
  synthetic: "(synthetic)",
  "object shape": "(object shape)",
  "wasm object": "(wasm object)",
});

/** Kinds of nodes whose name is the text of a string. */
export const stringKinds: readonly string[] = ["string", "concatenated string", "sliced string"];

/** The type of all nodes of a kind; undefined where each is called by its own name. */
export function typeOfKind(kind: string): string | undefined {
  if (kind === "object" || kind === "native") return undefined;
  return kindNames[kind] ?? `(${kind})`;
}

/** Types in brackets are V8's own. */
export function isProgramType(name: string): boolean {
  return !name.startsWith("(") && name !== "Function" && !name.startsWith("system / ");
}
