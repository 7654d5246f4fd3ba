import type { SourceLanguage } from "./language";

/** What encloses the current token. `group` is a pair of parentheses or brackets. */
export interface OutlineScope {
  readonly kind: "file" | "type" | "code" | "group";
  /** Index of the innermost type around it, -1 for none. */
  readonly type: number;
  /** Member whose body or initialiser this is. */
  readonly inMember: string | undefined;
  /** Closing character; empty for a scope that ends by indentation (Scala 3) or with the file. */
  readonly closer: string;
  /** Tokens of the current statement, with finished groups as one `()`, and braces as one `{}`. */
  head: string[];
  /** Java and Groovy: the current statement is past its `=`. */
  initialising: boolean;
  /** Angle brackets open in the head of a Java or Groovy field declaration. */
  angles: number;
  /** Type whose header has begun in this scope and whose body may follow. */
  pending: { readonly type: number; seenSupertypes: boolean; parameters: boolean } | undefined;
  member: string | undefined;
  /** Body of an enum that is still listing its constants. */
  constants: boolean;
  /** Whose fields the names in this group declare. */
  readonly parametersOf: number;
  /** Annotation arguments leave no trace in the enclosing head. */
  readonly isAnnotation: boolean;
  /** Scala 3: column of the declaration that opened it, and of its first member. */
  readonly openedAtColumn: number;
  memberColumn: number;
}

/** True when the statement ends in `new Type(…)` (Scala: also `new Type`), so that a brace opens a class body. */
export function isNewExpression(head: readonly string[], language: SourceLanguage): boolean {
  if (language === "kotlin") return false;
  let index = head.length - 1;
  if (head[index] === "{}") index--;
  if (language !== "scala" && head[index] !== "()") return false;
  if (head[index] === "()") index--;
  const typeParts = /^([\p{L}_$][\p{L}\p{N}_$]*|[.<>,?&]|\[\]|\(\))$/u;
  for (; index >= 0; index--) {
    if (head[index] === "new") return true;
    if (!typeParts.test(head[index]!)) return false;
  }
  return false;
}

export function newScope(kind: OutlineScope["kind"], type: number, closer: string): OutlineScope {
  return {
    kind,
    type,
    inMember: undefined,
    closer,
    head: [],
    initialising: false,
    angles: 0,
    pending: undefined,
    member: undefined,
    constants: false,
    parametersOf: -1,
    isAnnotation: false,
    openedAtColumn: 0,
    memberColumn: 0,
  };
}
