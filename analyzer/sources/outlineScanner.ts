import type { SourceLanguage } from "./language";
import type { Outline } from "./outline";
import { isTypeKeyword, packageClause, typeHeader } from "./outlineHeaders";
import { memberKeyword, openByIndentation } from "./outlineKeywords";
import { OutlineScan } from "./outlineScan";
import { isNewExpression, newScope } from "./outlineScope";
import { comma, enumConstant, javaMethod, parameter, recordField } from "./outlineTypedMembers";
import { type Token, tokensOf } from "./tokens";

/** Deeper nesting than any program has; text that goes deeper is scanned no further. */
const deepestNesting = 2000;

/** Words that may follow the name of a Kotlin or Scala type on a new line without ending its header. */
const headerContinues = new Set(
  "where constructor private internal public protected extends with derives by implements".split(" "),
);

/** Reads the declarations of one source file. Never fails: text that is not a program gives an empty outline. */
export function outlineOf(text: string, language: SourceLanguage): Outline {
  const scan = new OutlineScan(tokensOf(text, language), language);
  walk(scan);
  const fileClass =
    language === "kotlin" ? /@file\s*:\s*JvmName\s*\(\s*"([^"]+)"/.exec(text)?.[1] : undefined;
  return {
    language,
    packageName: scan.packageName,
    types: scan.types,
    fileMembers: scan.fileMembers,
    ...(fileClass === undefined ? {} : { fileClassName: fileClass }),
  };
}

function walk(scan: OutlineScan): void {
  while (scan.at < scan.tokens.length && scan.scopes.length < deepestNesting) {
    const token = scan.tokens[scan.at]!;
    atLineStart(scan, token);
    // Every step moves on by at least one token, so the walk ends.
    const before = scan.at;
    if (token.kind === "mark") mark(scan, token);
    else if (token.kind === "name") nameToken(scan, token);
    else scan.top.head.push("#");
    scan.at = Math.max(scan.at, before) + 1;
  }
}

/** Line ends matter where statements end without a semicolon or blocks without a brace. */
function atLineStart(scan: OutlineScan, token: Token): void {
  if (!token.firstOnLine) return;
  while (scan.top.closer === "" && scan.top.kind !== "file" && token.column <= scan.top.openedAtColumn) {
    scan.scopes.pop();
    scan.endStatement();
  }
  const scope = scan.top;
  if (scope.memberColumn < 0) scope.memberColumn = token.column;
  const previous = scan.tokens[scan.at - 1];
  if (scan.byKeyword && scope.pending !== undefined && token.kind === "name") {
    const continues =
      headerContinues.has(token.text) ||
      previous?.text === "," ||
      previous?.text === ":" ||
      headerContinues.has(previous?.text ?? "");
    if (!continues) scope.pending = undefined;
  }
  if (scan.language === "java" || scope.kind === "group" || scope.head.length === 0) return;
  const previousEnds = previous === undefined || previous.kind !== "mark" || ")]}".includes(previous.text);
  if (scan.byKeyword) {
    if (previousEnds && token.kind === "name" && token.text !== "by") scan.endStatement();
    return;
  }
  if (previousEnds && (token.kind === "name" || token.text === "@") && scope.pending === undefined) {
    recordField(scan, previous);
    scan.endStatement();
  }
}

function mark(scan: OutlineScan, token: Token): void {
  const scope = scan.top;
  switch (token.text) {
    case "(":
    case "[":
      openGroup(scan, token);
      return;
    case ")":
    case "]":
      closeGroup(scan, token.text);
      return;
    case "{":
      openBrace(scan, token);
      return;
    case "}":
      closeBrace(scan);
      return;
    case ";":
      if (scope.kind !== "group") {
        recordField(scan, scan.tokens[scan.at - 1]);
        scope.constants = false;
        scope.pending = undefined;
        scan.endStatement();
      }
      return;
    case "@":
      annotation(scan);
      return;
    case ",":
      comma(scan, scope);
      return;
    case "=":
      if (!scan.byKeyword && scope.kind === "type" && !scope.initialising) {
        recordField(scan, scan.tokens[scan.at - 1]);
        scope.initialising = true;
      }
      break;
    case "<":
      scope.angles++;
      break;
    case ">":
      if (scan.tokens[scan.at - 1]?.text !== "-" && scope.angles > 0) scope.angles--;
      break;
    case ":":
      // In Kotlin's `<K : Any>` it is a bound, not what the class extends.
      if (scope.pending !== undefined && !(scan.language === "kotlin" && scope.angles > 0)) {
        scope.pending.seenSupertypes = true;
        openByIndentation(scan, scope);
        return;
      }
      break;
  }
  scan.top.head.push(token.text);
}

function nameToken(scan: OutlineScan, token: Token): void {
  const scope = scan.top;
  if (token.text === "package" && scope.kind === "file") {
    packageClause(scan);
    return;
  }
  if (isTypeKeyword(scan, token)) {
    typeHeader(scan, token);
    return;
  }
  if (scan.byKeyword && memberKeyword(scan, token)) return;
  if (scope.kind === "group") parameter(scan, scope, token);
  if (scope.constants) enumConstant(scan, scope, token);
  scope.head.push(token.text);
}

function annotation(scan: OutlineScan): void {
  if (scan.text(1) === "interface" || !scan.isName(1)) return;
  scan.at++;
  while ((scan.text(1) === "." || scan.text(1) === ":") && scan.isName(2)) scan.at += 2;
  const next = scan.tokens[scan.at + 1];
  if (next?.text !== "(" || next.firstOnLine) return;
  scan.at++;
  scan.scopes.push({ ...newScope("group", scan.top.type, ")"), isAnnotation: true });
}

function openGroup(scan: OutlineScan, token: Token): void {
  const scope = scan.top;
  let parametersOf = -1;
  if (token.text === "(" && scope.pending !== undefined && !scope.pending.seenSupertypes) {
    const type = scan.types[scope.pending.type]!;
    const takes =
      scan.language === "scala" ||
      ((scan.language === "kotlin" || type.kind === "record") && !scope.pending.parameters);
    if (takes && !scope.head.includes("extends")) parametersOf = scope.pending.type;
    scope.pending.parameters = true;
  }
  if (token.text === "(") javaMethod(scan, scope);
  const group = newScope("group", scope.type, token.text === "(" ? ")" : "]");
  scan.scopes.push({ ...group, inMember: scope.member ?? scope.inMember, parametersOf });
}

function closeGroup(scan: OutlineScan, closer: string): void {
  let depth = scan.scopes.length - 1;
  while (depth > 0 && scan.scopes[depth]!.closer !== closer) {
    if (scan.scopes[depth]!.closer === "}") return;
    depth--;
  }
  if (depth <= 0) return;
  const closed = scan.scopes[depth]!;
  scan.scopes.length = depth;
  if (!closed.isAnnotation) scan.top.head.push(closer === ")" ? "()" : "[]");
}

function openBrace(scan: OutlineScan, token: Token): void {
  const scope = scan.top;
  const member = scope.member ?? scope.inMember;
  if (scope.pending !== undefined) {
    const { type } = scope.pending;
    scope.pending = undefined;
    const constants = scan.types[type]!.kind === "enum" && scan.language !== "scala";
    scan.scopes.push({ ...newScope("type", type, "}"), constants });
  } else if (scope.constants || isNewExpression(scope.head, scan.language)) {
    const type = scan.addType("", "anonymous", token, false, member);
    scan.scopes.push(newScope("type", type, "}"));
  } else {
    if (scope.kind === "type" && scope.head.join(" ") === "static") scope.member = "<clinit>";
    scan.scopes.push({ ...newScope("code", scope.type, "}"), inMember: scope.member ?? scope.inMember });
  }
}

function closeBrace(scan: OutlineScan): void {
  let depth = scan.scopes.length - 1;
  while (depth > 0 && scan.scopes[depth]!.closer !== "}") depth--;
  if (depth <= 0) return;
  if (scan.language === "groovy" && scan.top.kind === "type") recordField(scan, scan.tokens[scan.at - 1]);
  scan.scopes.length = depth;
  const scope = scan.top;
  const goesOn =
    scope.kind === "group" ||
    scope.initialising ||
    scope.constants ||
    isNewExpression(scope.head, scan.language);
  if (goesOn) scope.head.push("{}");
  else scan.endStatement();
}
