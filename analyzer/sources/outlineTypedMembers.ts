import type { OutlineScan } from "./outlineScan";
import type { OutlineScope } from "./outlineScope";
import type { Token } from "./tokens";

// Members of Java and Groovy, told by what stands before their names, and names in the headers of records.

const javaModifiers = new Set(
  "public private protected static final abstract transient volatile synchronized native strictfp default sealed non lazy".split(
    " ",
  ),
);
export function comma(scan: OutlineScan, scope: OutlineScope): void {
  if (!scan.byKeyword && scope.kind === "type" && !scope.constants) {
    if (scope.initialising) nextDeclarator(scan, scope);
    else if (scope.angles === 0) {
      recordField(scan, scan.tokens[scan.at - 1]);
      nextDeclarator(scan, scope);
    }
  }
  scope.head.push(",");
}

/** `int a = 1, b, c = 2;`: the names after a comma are fields when what follows them says so. */
function nextDeclarator(scan: OutlineScan, scope: OutlineScope): void {
  const following = scan.text(2);
  if (!scan.isName(1) || following === undefined || !"=,;[".includes(following)) return;
  if (following === "," && scope.angles > 0) return;
  const token = scan.tokens[scan.at + 1]!;
  scan.addMember("field", token);
  scope.initialising = true;
}

/** Names in the parentheses of a primary constructor or record header that become fields. */
export function parameter(scan: OutlineScan, scope: OutlineScope, token: Token): void {
  if (scope.parametersOf < 0) return;
  const next = scan.text(1);
  if (scan.language === "java" && scope.angles === 0 && (next === "," || next === ")")) {
    scan.addMember("field", token, scope.parametersOf);
  }
  if (scan.language === "scala" && next === ":") scan.addMember("field", token, scope.parametersOf);
}

export function enumConstant(scan: OutlineScan, scope: OutlineScope, token: Token): void {
  const last = scope.head.at(-1);
  if (last !== undefined && last !== ",") return;
  scan.addMember("field", token);
  scope.member = token.text;
}

/** Java and Groovy: `Type name(` or `Name(` at the level of members. */
export function javaMethod(scan: OutlineScan, scope: OutlineScope): void {
  if (scan.byKeyword || scope.kind !== "type" || scope.initialising || scope.constants) return;
  if (scope.pending !== undefined || !scan.isName(-1)) return;
  const token = scan.tokens[scan.at - 1]!;
  const isConstructor = token.text === scan.types[scope.type]?.name;
  const typed = scope.head.slice(0, -1).some((part) => !javaModifiers.has(part));
  const isGroovyDefault = scan.language === "groovy" && scope.head.length > 1;
  if (!isConstructor && !typed && !isGroovyDefault) return;
  scan.addMember("method", isConstructor ? { ...token, text: "<init>" } : token);
  scope.member = isConstructor ? "<init>" : token.text;
}

/** Java and Groovy: the statement so far is `modifiers Type name`, and `token` is the name or its brackets. */
export function recordField(scan: OutlineScan, token: Token | undefined): void {
  const scope = scan.top;
  if (
    scan.byKeyword ||
    scope.kind !== "type" ||
    scope.initialising ||
    scope.constants ||
    scope.pending !== undefined
  )
    return;
  let offset = scan.tokens.indexOf(token as Token, Math.max(0, scan.at - 1));
  if (offset < 0) return;
  while (offset > 0 && (scan.tokens[offset]!.text === "]" || scan.tokens[offset]!.text === "[")) offset--;
  const name = scan.tokens[offset]!;
  const parts = scope.head.filter((part) => part !== "[]");
  if (name.kind !== "name" || parts.length < 2 || parts.at(-1) !== name.text || parts.includes("()")) return;
  if (parts.includes("import") || parts.includes("return")) return;
  const groovyModifierOnly = scan.language === "groovy" && javaModifiers.has(parts.at(-2)!);
  const typed = parts.slice(0, -1).some((part) => !javaModifiers.has(part));
  if (typed || groovyModifierOnly) {
    scan.addMember("field", name);
    scope.member = name.text;
  }
}
