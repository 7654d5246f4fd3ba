import type { TypeKind } from "./outline";
import type { OutlineScan } from "./outlineScan";
import type { Token } from "./tokens";

// Packages and the headers of types, alike in all languages.

export function packageClause(scan: OutlineScan): void {
  const parts: string[] = [];
  if (scan.language === "scala" && scan.text(1) === "object") return;
  while (scan.isName(1)) {
    parts.push(scan.text(1)!);
    scan.at++;
    if (scan.text(1) !== "." || scan.tokens[scan.at + 2]?.kind !== "name") break;
    scan.at++;
  }
  scan.packageName = [scan.packageName, ...parts].filter((part) => part !== "").join(".");
  scan.endStatement();
}

export function isTypeKeyword(scan: OutlineScan, token: Token): boolean {
  const previous = scan.text(-1);
  if (previous === "." || (previous === ":" && scan.text(-2) === ":")) return false;
  switch (token.text) {
    case "class":
    case "interface":
      return scan.isName(1);
    case "enum":
      return scan.language !== "kotlin" && scan.isName(1) && scan.text(1) !== "class";
    case "trait":
      return (scan.language === "scala" || scan.language === "groovy") && scan.isName(1);
    case "object":
      return scan.byKeyword && (scan.isName(1) || scan.language === "kotlin");
    case "record":
      return scan.language === "java" && scan.isName(1) && (scan.text(2) === "(" || scan.text(2) === "<");
    default:
      return false;
  }
}

export function typeHeader(scan: OutlineScan, token: Token): void {
  const scope = scan.top;
  const isCompanion = token.text === "object" && scan.text(-1) === "companion";
  const named = scan.isName(1) && !(isCompanion && scan.tokens[scan.at + 1]!.firstOnLine);
  const nameToken = named ? scan.tokens[scan.at + 1]! : token;
  const kind = typeKind(scan, token, named || isCompanion);
  const name = named ? nameToken.text : isCompanion ? "Companion" : "";
  const type = scan.addType(
    name,
    kind,
    nameToken,
    isCompanion,
    kind === "anonymous" ? scope.member : undefined,
  );
  if (named) scan.at++;
  scope.angles = 0;
  scope.pending = { type, seenSupertypes: false, parameters: false };
  scope.member = undefined;
}

function typeKind(scan: OutlineScan, token: Token, named: boolean): TypeKind {
  if (!named) return "anonymous";
  if (token.text === "interface") return scan.text(-1) === "@" ? "annotation" : "interface";
  if (token.text === "class" && scan.text(-1) === "enum") return "enum";
  return token.text as TypeKind;
}
