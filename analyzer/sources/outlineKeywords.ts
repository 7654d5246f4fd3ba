import type { OutlineScan } from "./outlineScan";
import { newScope, type OutlineScope } from "./outlineScope";
import type { Token } from "./tokens";

// Members of Kotlin and Scala, and bodies of Scala 3 that have no braces.

/** `fun`, `def`, `val`, `var` and the like: Kotlin and Scala announce every member. */
export function memberKeyword(scan: OutlineScan, token: Token): boolean {
  const scope = scan.top;
  const inGroup = scope.kind === "group";
  switch (token.text) {
    case "val":
    case "var":
      if (inGroup) {
        if (scope.parametersOf >= 0 && scan.language === "kotlin" && scan.isName(1)) {
          scan.addMember("field", scan.tokens[scan.at + 1]!, scope.parametersOf);
        }
        return false;
      }
      scope.pending = undefined;
      if (!declaresMembers(scan, scope, token)) return false;
      propertyNames(scan, scope);
      return true;
    case "fun":
    case "def":
      if (inGroup || scan.text(1) === "interface") return false;
      scope.pending = undefined;
      if (!declaresMembers(scan, scope, token)) return false;
      functionName(scan, scope);
      return true;
    case "given":
      if (scan.language !== "scala" || !scan.isName(1) || !":([".includes(scan.text(2) ?? " ")) return false;
      if (!declaresMembers(scan, scope, token)) return false;
      scan.addMember("field", scan.tokens[scan.at + 1]!);
      return false;
    case "constructor":
    case "init":
      if (scan.language !== "kotlin" || scope.kind !== "type" || scope.pending !== undefined) return false;
      if (scan.text(1) !== "(" && scan.text(1) !== "{") return false;
      scope.member = "<init>";
      scan.addMember("method", { ...token, text: "<init>" });
      return false;
    case "case":
      return scalaEnumCase(scan, scope);
    default:
      return false;
  }
}

/** Scala 3 has no braces to tell a member from a local: members stand in the column of the first one. */
function declaresMembers(scan: OutlineScan, scope: OutlineScope, token: Token): boolean {
  if (scope.kind !== "type" && scope.kind !== "file") return false;
  if (scope.closer !== "" || scope.kind === "file") return true;
  return scan.firstOfLine(token).column <= scope.memberColumn;
}

/** After `val`: one name, or several up to `:` or `=` (Scala's `val A, B = Value`, patterns). */
function propertyNames(scan: OutlineScan, scope: OutlineScope): void {
  let offset = 1;
  let angles = 0;
  for (; offset < 60; offset++) {
    const token = scan.tokens[scan.at + offset];
    if (
      token === undefined ||
      token.text === "=" ||
      token.text === "{" ||
      token.text === "}" ||
      token.text === ";"
    )
      break;
    if (token.text === "<") angles++;
    if (token.text === ">") angles--;
    if (token.text === ":" || (token.kind === "name" && token.text === "by" && angles === 0)) break;
    const next = scan.text(offset + 1);
    // `Type.name` is an extension property, `<T>` its parameters.
    if (token.kind === "name" && angles === 0 && next !== "." && next !== "<" && next !== "(") {
      scan.addMember("field", token);
      scope.member = token.text;
      if (next !== "," && next !== ")") break;
    }
  }
  scan.at += Math.min(offset - 1, 1);
}

function functionName(scan: OutlineScan, scope: OutlineScope): void {
  let name: Token | undefined;
  let angles = 0;
  for (let offset = 1; offset < 80; offset++) {
    const token = scan.tokens[scan.at + offset];
    if (token === undefined) break;
    if (token.text === "<") angles++;
    else if (token.text === ">") angles--;
    if (token.kind === "name" && angles <= 0) {
      name = token;
      if (scan.language === "scala") break;
    }
    if (angles <= 0 && "({=}:".includes(token.text) && token.kind === "mark") break;
  }
  if (name === undefined) return;
  scan.addMember("method", name.text === "this" ? { ...name, text: "<init>" } : name);
  scope.member = name.text;
}

function scalaEnumCase(scan: OutlineScan, scope: OutlineScope): boolean {
  if (scan.language !== "scala" || scope.kind !== "type" || scan.types[scope.type]?.kind !== "enum")
    return false;
  if (!scan.isName(1) || scan.text(1) === "class" || scan.text(1) === "object") return false;
  for (let offset = 1; scan.isName(offset); offset += 2) {
    scan.addMember("field", scan.tokens[scan.at + offset]!);
    if (scan.text(offset + 1) !== ",") break;
  }
  return true;
}

/** `class Foo:` at the end of a line opens a Scala 3 body that lasts while lines are indented. */
export function openByIndentation(scan: OutlineScan, scope: OutlineScope): void {
  const next = scan.tokens[scan.at + 1];
  if (scan.language !== "scala" || scope.pending === undefined || next === undefined || !next.firstOnLine)
    return;
  let first = scan.at;
  while (first > 0 && !scan.tokens[first]!.firstOnLine) first--;
  const { type } = scope.pending;
  scope.pending = undefined;
  scan.scopes.push({
    ...newScope("type", type, ""),
    openedAtColumn: scan.tokens[first]!.column,
    memberColumn: -1,
  });
}
