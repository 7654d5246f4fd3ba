import type { SourceLanguage } from "./language";
import type { MemberDeclaration, TypeDeclaration, TypeKind } from "./outline";
import { newScope, type OutlineScope } from "./outlineScope";
import type { Token } from "./tokens";

export interface OpenType extends TypeDeclaration {
  readonly members: MemberDeclaration[];
}

/** Where a walk over the tokens of one file stands, and what it has found. */
export class OutlineScan {
  readonly types: OpenType[] = [];
  readonly fileMembers: MemberDeclaration[] = [];
  packageName = "";
  readonly scopes: OutlineScope[] = [newScope("file", -1, "")];
  /** Kotlin and Scala announce every member by a word. */
  readonly byKeyword: boolean;
  /** Token being looked at. */
  at = 0;
  private readonly anonymousByPrefix = new Map<string, number>();

  constructor(
    readonly tokens: readonly Token[],
    readonly language: SourceLanguage,
  ) {
    this.byKeyword = language === "kotlin" || language === "scala";
  }

  get top(): OutlineScope {
    return this.scopes.at(-1)!;
  }

  text(offset: number): string | undefined {
    const token = this.tokens[this.at + offset];
    return token?.kind === "literal" ? "#" : token?.text;
  }

  isName(offset: number): boolean {
    return this.tokens[this.at + offset]?.kind === "name";
  }

  endStatement(): void {
    const scope = this.top;
    scope.head = [];
    scope.initialising = false;
    scope.angles = 0;
    scope.member = undefined;
  }

  addMember(kind: MemberDeclaration["kind"], token: Token, type = this.top.type): void {
    const members = type < 0 ? this.fileMembers : this.types[type]!.members;
    members.push({ kind, name: token.text, line: token.line, column: token.column });
  }

  addType(name: string, kind: TypeKind, token: Token, isCompanion: boolean, inMember?: string): number {
    const scope = this.top;
    const parent = scope.type;
    const outer = this.types[parent];
    const isLocal = scope.kind === "code" || scope.kind === "group" || this.isIndentedLocal(scope, token);
    const memberName = inMember ?? (isLocal ? scope.inMember : undefined);
    const binaryName = this.binaryName(outer, name, isLocal, memberName);
    const place = { line: token.line, column: token.column };
    const within = memberName === undefined ? {} : { inMember: memberName };
    this.types.push({ name, kind, parent, binaryName, isCompanion, ...within, ...place, members: [] });
    return this.types.length - 1;
  }

  /** Scala 3: a type in a method without braces stands further to the right than the members around that method. */
  private isIndentedLocal(scope: OutlineScope, token: Token): boolean {
    if (this.language !== "scala" || scope.closer !== "") return false;
    return this.firstOfLine(token).column > (scope.kind === "file" ? 1 : scope.memberColumn);
  }

  firstOfLine(token: Token): Token {
    let first = this.at;
    while (first > 0 && !this.tokens[first]!.firstOnLine) first--;
    return this.tokens[first] ?? token;
  }

  /**
   * javac numbers anonymous and local classes within their class, Kotlin puts the member's name before the number.
   * A Kotlin name that begins with `$` belongs to the file's own class.
   */
  private binaryName(outer: OpenType | undefined, name: string, isLocal: boolean, inMember?: string): string {
    const prefix = outer?.binaryName ?? "";
    if (this.language === "kotlin" && inMember !== undefined) {
      return `${prefix}$${inMember}$${name === "" ? this.nextNumber(`${prefix}$${inMember}`) : name}`;
    }
    if (name === "") return `${prefix}$${this.nextNumber(prefix)}`;
    if (outer === undefined) return this.language === "scala" && isLocal ? `$${name}` : name;
    return `${prefix}$${isLocal && !this.byKeyword ? "1" : ""}${name}`;
  }

  private nextNumber(prefix: string): number {
    const number = (this.anonymousByPrefix.get(prefix) ?? 0) + 1;
    this.anonymousByPrefix.set(prefix, number);
    return number;
  }
}
