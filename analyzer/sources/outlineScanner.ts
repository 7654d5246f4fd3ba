import type { SourceLanguage } from "./language";
import type { MemberDeclaration, Outline, TypeDeclaration, TypeKind } from "./outline";
import { isNewExpression, newScope, type Scope } from "./outlineScope";
import { type Token, tokensOf } from "./tokens";

/** Deeper nesting than any program has; text that goes deeper is scanned no further. */
const deepestNesting = 2000;

interface OpenType extends TypeDeclaration {
  readonly members: MemberDeclaration[];
}

const javaModifiers = new Set(
  "public private protected static final abstract transient volatile synchronized native strictfp default sealed non lazy".split(
    " ",
  ),
);
/** Words that may follow the name of a Kotlin or Scala type on a new line without ending its header. */
const headerContinues = new Set(
  "where constructor private internal public protected extends with derives by implements".split(" "),
);

/** Reads the declarations of one source file. Never fails: text that is no program gives an empty outline. */
export function outlineOf(text: string, language: SourceLanguage): Outline {
  const scanner = new OutlineScanner(tokensOf(text, language), language);
  scanner.scan();
  const fileClass =
    language === "kotlin" ? /@file\s*:\s*JvmName\s*\(\s*"([^"]+)"/.exec(text)?.[1] : undefined;
  return {
    language,
    packageName: scanner.packageName,
    types: scanner.types,
    fileMembers: scanner.fileMembers,
    ...(fileClass === undefined ? {} : { fileClassName: fileClass }),
  };
}

/** One walk over the tokens with a stack of scopes; a class only because all its steps share that stack. */
class OutlineScanner {
  readonly types: OpenType[] = [];
  readonly fileMembers: MemberDeclaration[] = [];
  packageName = "";
  private readonly scopes: Scope[] = [newScope("file", -1, "")];
  private readonly byKeyword: boolean;
  private readonly anonymousByPrefix = new Map<string, number>();
  private at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly language: SourceLanguage,
  ) {
    this.byKeyword = language === "kotlin" || language === "scala";
  }

  scan(): void {
    while (this.at < this.tokens.length && this.scopes.length < deepestNesting) {
      const token = this.tokens[this.at]!;
      this.atLineStart(token);
      // Every step moves on by at least one token, so the walk ends.
      const before = this.at;
      if (token.kind === "mark") this.mark(token);
      else if (token.kind === "name") this.name(token);
      else this.top.head.push("#");
      this.at = Math.max(this.at, before) + 1;
    }
  }

  private get top(): Scope {
    return this.scopes.at(-1)!;
  }

  private text(offset: number): string | undefined {
    const token = this.tokens[this.at + offset];
    return token?.kind === "literal" ? "#" : token?.text;
  }

  private isName(offset: number): boolean {
    return this.tokens[this.at + offset]?.kind === "name";
  }

  /** Line ends matter where statements end without a semicolon or blocks without a brace. */
  private atLineStart(token: Token): void {
    if (!token.firstOnLine) return;
    while (this.top.closer === "" && this.top.kind !== "file" && token.column <= this.top.openedAtColumn) {
      this.scopes.pop();
      this.endStatement();
    }
    const scope = this.top;
    if (scope.memberColumn < 0) scope.memberColumn = token.column;
    const previous = this.tokens[this.at - 1];
    if (this.byKeyword && scope.pending !== undefined && token.kind === "name") {
      const continues =
        headerContinues.has(token.text) ||
        previous?.text === "," ||
        previous?.text === ":" ||
        headerContinues.has(previous?.text ?? "");
      if (!continues) scope.pending = undefined;
    }
    if (this.language === "java" || scope.kind === "group" || scope.head.length === 0) return;
    const previousEnds = previous === undefined || previous.kind !== "mark" || ")]}".includes(previous.text);
    if (this.byKeyword) {
      if (previousEnds && token.kind === "name" && token.text !== "by") this.endStatement();
      return;
    }
    if (previousEnds && (token.kind === "name" || token.text === "@") && scope.pending === undefined) {
      this.recordField(previous);
      this.endStatement();
    }
  }

  private mark(token: Token): void {
    const scope = this.top;
    switch (token.text) {
      case "(":
      case "[":
        this.openGroup(token);
        return;
      case ")":
      case "]":
        this.closeGroup(token.text);
        return;
      case "{":
        this.openBrace(token);
        return;
      case "}":
        this.closeBrace();
        return;
      case ";":
        if (scope.kind !== "group") {
          this.recordField(this.tokens[this.at - 1]);
          scope.constants = false;
          scope.pending = undefined;
          this.endStatement();
        }
        return;
      case "@":
        this.annotation();
        return;
      case ",":
        this.comma(scope);
        return;
      case "=":
        if (!this.byKeyword && scope.kind === "type" && !scope.initialising) {
          this.recordField(this.tokens[this.at - 1]);
          scope.initialising = true;
        }
        break;
      case "<":
        scope.angles++;
        break;
      case ">":
        if (this.tokens[this.at - 1]?.text !== "-" && scope.angles > 0) scope.angles--;
        break;
      case ":":
        // In Kotlin's `<K : Any>` it is a bound, not what the class extends.
        if (scope.pending !== undefined && !(this.language === "kotlin" && scope.angles > 0)) {
          scope.pending.seenSupertypes = true;
          this.openByIndentation(scope);
          return;
        }
        break;
    }
    this.top.head.push(token.text);
  }

  private comma(scope: Scope): void {
    if (!this.byKeyword && scope.kind === "type" && !scope.constants) {
      if (scope.initialising) this.nextDeclarator(scope);
      else if (scope.angles === 0) {
        this.recordField(this.tokens[this.at - 1]);
        this.nextDeclarator(scope);
      }
    }
    scope.head.push(",");
  }

  /** `int a = 1, b, c = 2;`: the names after a comma are fields when what follows them says so. */
  private nextDeclarator(scope: Scope): void {
    const following = this.text(2);
    if (!this.isName(1) || following === undefined || !"=,;[".includes(following)) return;
    if (following === "," && scope.angles > 0) return;
    const token = this.tokens[this.at + 1]!;
    this.addMember("field", token);
    scope.initialising = true;
  }

  private name(token: Token): void {
    const scope = this.top;
    if (token.text === "package" && scope.kind === "file") {
      this.packageClause();
      return;
    }
    if (this.isTypeKeyword(token)) {
      this.typeHeader(token);
      return;
    }
    if (this.byKeyword && this.memberKeyword(token)) return;
    if (scope.kind === "group") this.parameter(scope, token);
    if (scope.constants) this.enumConstant(scope, token);
    scope.head.push(token.text);
  }

  private packageClause(): void {
    const parts: string[] = [];
    if (this.language === "scala" && this.text(1) === "object") return;
    while (this.isName(1)) {
      parts.push(this.text(1)!);
      this.at++;
      if (this.text(1) !== "." || this.tokens[this.at + 2]?.kind !== "name") break;
      this.at++;
    }
    this.packageName = [this.packageName, ...parts].filter((part) => part !== "").join(".");
    this.endStatement();
  }

  private isTypeKeyword(token: Token): boolean {
    const previous = this.text(-1);
    if (previous === "." || (previous === ":" && this.text(-2) === ":")) return false;
    switch (token.text) {
      case "class":
      case "interface":
        return this.isName(1);
      case "enum":
        return this.language !== "kotlin" && this.isName(1) && this.text(1) !== "class";
      case "trait":
        return (this.language === "scala" || this.language === "groovy") && this.isName(1);
      case "object":
        return this.byKeyword && (this.isName(1) || this.language === "kotlin");
      case "record":
        return this.language === "java" && this.isName(1) && (this.text(2) === "(" || this.text(2) === "<");
      default:
        return false;
    }
  }

  private typeHeader(token: Token): void {
    const scope = this.top;
    const isCompanion = token.text === "object" && this.text(-1) === "companion";
    const named = this.isName(1) && !(isCompanion && this.tokens[this.at + 1]!.firstOnLine);
    const nameToken = named ? this.tokens[this.at + 1]! : token;
    const kind = this.typeKind(token, named || isCompanion);
    const name = named ? nameToken.text : isCompanion ? "Companion" : "";
    const type = this.addType(
      name,
      kind,
      nameToken,
      isCompanion,
      kind === "anonymous" ? scope.member : undefined,
    );
    if (named) this.at++;
    scope.angles = 0;
    scope.pending = { type, seenSupertypes: false, parameters: false };
    scope.member = undefined;
  }

  private typeKind(token: Token, named: boolean): TypeKind {
    if (!named) return "anonymous";
    if (token.text === "interface") return this.text(-1) === "@" ? "annotation" : "interface";
    if (token.text === "class" && this.text(-1) === "enum") return "enum";
    return token.text as TypeKind;
  }

  /** `fun`, `def`, `val`, `var` and the like: Kotlin and Scala announce every member. */
  private memberKeyword(token: Token): boolean {
    const scope = this.top;
    const inGroup = scope.kind === "group";
    switch (token.text) {
      case "val":
      case "var":
        if (inGroup) {
          if (scope.parametersOf >= 0 && this.language === "kotlin" && this.isName(1)) {
            this.addMember("field", this.tokens[this.at + 1]!, scope.parametersOf);
          }
          return false;
        }
        scope.pending = undefined;
        if (!this.declaresMembers(scope, token)) return false;
        this.propertyNames(scope);
        return true;
      case "fun":
      case "def":
        if (inGroup || this.text(1) === "interface") return false;
        scope.pending = undefined;
        if (!this.declaresMembers(scope, token)) return false;
        this.functionName(scope);
        return true;
      case "given":
        if (this.language !== "scala" || !this.isName(1) || !":([".includes(this.text(2) ?? " "))
          return false;
        if (!this.declaresMembers(scope, token)) return false;
        this.addMember("field", this.tokens[this.at + 1]!);
        return false;
      case "constructor":
      case "init":
        if (this.language !== "kotlin" || scope.kind !== "type" || scope.pending !== undefined) return false;
        if (this.text(1) !== "(" && this.text(1) !== "{") return false;
        scope.member = "<init>";
        this.addMember("method", { ...token, text: "<init>" });
        return false;
      case "case":
        return this.scalaEnumCase(scope);
      default:
        return false;
    }
  }

  /** Scala 3 has no braces to tell a member from a local: members stand in the column of the first one. */
  private declaresMembers(scope: Scope, token: Token): boolean {
    if (scope.kind !== "type" && scope.kind !== "file") return false;
    if (scope.closer !== "" || scope.kind === "file") return true;
    return this.firstOfLine(token).column <= scope.memberColumn;
  }

  /** After `val`: one name, or several up to `:` or `=` (Scala's `val A, B = Value`, patterns). */
  private propertyNames(scope: Scope): void {
    let offset = 1;
    let angles = 0;
    for (; offset < 60; offset++) {
      const token = this.tokens[this.at + offset];
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
      const next = this.text(offset + 1);
      // `Type.name` is an extension property, `<T>` its parameters.
      if (token.kind === "name" && angles === 0 && next !== "." && next !== "<" && next !== "(") {
        this.addMember("field", token);
        scope.member = token.text;
        if (next !== "," && next !== ")") break;
      }
    }
    this.at += Math.min(offset - 1, 1);
  }

  private functionName(scope: Scope): void {
    let name: Token | undefined;
    let angles = 0;
    for (let offset = 1; offset < 80; offset++) {
      const token = this.tokens[this.at + offset];
      if (token === undefined) break;
      if (token.text === "<") angles++;
      else if (token.text === ">") angles--;
      if (token.kind === "name" && angles <= 0) {
        name = token;
        if (this.language === "scala") break;
      }
      if (angles <= 0 && "({=}:".includes(token.text) && token.kind === "mark") break;
    }
    if (name === undefined) return;
    this.addMember("method", name.text === "this" ? { ...name, text: "<init>" } : name);
    scope.member = name.text;
  }

  private scalaEnumCase(scope: Scope): boolean {
    if (this.language !== "scala" || scope.kind !== "type" || this.types[scope.type]?.kind !== "enum")
      return false;
    if (!this.isName(1) || this.text(1) === "class" || this.text(1) === "object") return false;
    for (let offset = 1; this.isName(offset); offset += 2) {
      this.addMember("field", this.tokens[this.at + offset]!);
      if (this.text(offset + 1) !== ",") break;
    }
    return true;
  }

  /** Names in the parentheses of a primary constructor or record header that become fields. */
  private parameter(scope: Scope, token: Token): void {
    if (scope.parametersOf < 0) return;
    const next = this.text(1);
    if (this.language === "java" && scope.angles === 0 && (next === "," || next === ")")) {
      this.addMember("field", token, scope.parametersOf);
    }
    if (this.language === "scala" && next === ":") this.addMember("field", token, scope.parametersOf);
  }

  private enumConstant(scope: Scope, token: Token): void {
    const last = scope.head.at(-1);
    if (last !== undefined && last !== ",") return;
    this.addMember("field", token);
    scope.member = token.text;
  }

  private annotation(): void {
    if (this.text(1) === "interface" || !this.isName(1)) return;
    this.at++;
    while ((this.text(1) === "." || this.text(1) === ":") && this.isName(2)) this.at += 2;
    const next = this.tokens[this.at + 1];
    if (next?.text !== "(" || next.firstOnLine) return;
    this.at++;
    this.scopes.push({ ...newScope("group", this.top.type, ")"), isAnnotation: true });
  }

  private openGroup(token: Token): void {
    const scope = this.top;
    let parametersOf = -1;
    if (token.text === "(" && scope.pending !== undefined && !scope.pending.seenSupertypes) {
      const type = this.types[scope.pending.type]!;
      const takes =
        this.language === "scala" ||
        ((this.language === "kotlin" || type.kind === "record") && !scope.pending.parameters);
      if (takes && !scope.head.includes("extends")) parametersOf = scope.pending.type;
      scope.pending.parameters = true;
    }
    if (token.text === "(") this.javaMethod(scope);
    const group = newScope("group", scope.type, token.text === "(" ? ")" : "]");
    this.scopes.push({ ...group, inMember: scope.member ?? scope.inMember, parametersOf });
  }

  private closeGroup(closer: string): void {
    let depth = this.scopes.length - 1;
    while (depth > 0 && this.scopes[depth]!.closer !== closer) {
      if (this.scopes[depth]!.closer === "}") return;
      depth--;
    }
    if (depth <= 0) return;
    const closed = this.scopes[depth]!;
    this.scopes.length = depth;
    if (!closed.isAnnotation) this.top.head.push(closer === ")" ? "()" : "[]");
  }

  /** Java and Groovy: `Type name(` or `Name(` at the level of members. */
  private javaMethod(scope: Scope): void {
    if (this.byKeyword || scope.kind !== "type" || scope.initialising || scope.constants) return;
    if (scope.pending !== undefined || !this.isName(-1)) return;
    const token = this.tokens[this.at - 1]!;
    const isConstructor = token.text === this.types[scope.type]?.name;
    const typed = scope.head.slice(0, -1).some((part) => !javaModifiers.has(part));
    const isGroovyDefault = this.language === "groovy" && scope.head.length > 1;
    if (!isConstructor && !typed && !isGroovyDefault) return;
    this.addMember("method", isConstructor ? { ...token, text: "<init>" } : token);
    scope.member = isConstructor ? "<init>" : token.text;
  }

  private openBrace(token: Token): void {
    const scope = this.top;
    const member = scope.member ?? scope.inMember;
    if (scope.pending !== undefined) {
      const { type } = scope.pending;
      scope.pending = undefined;
      const constants = this.types[type]!.kind === "enum" && this.language !== "scala";
      this.scopes.push({ ...newScope("type", type, "}"), constants });
    } else if (scope.constants || isNewExpression(scope.head, this.language)) {
      const type = this.addType("", "anonymous", token, false, member);
      this.scopes.push(newScope("type", type, "}"));
    } else {
      if (scope.kind === "type" && scope.head.join(" ") === "static") scope.member = "<clinit>";
      this.scopes.push({ ...newScope("code", scope.type, "}"), inMember: scope.member ?? scope.inMember });
    }
  }

  private closeBrace(): void {
    let depth = this.scopes.length - 1;
    while (depth > 0 && this.scopes[depth]!.closer !== "}") depth--;
    if (depth <= 0) return;
    if (this.language === "groovy" && this.top.kind === "type") this.recordField(this.tokens[this.at - 1]);
    this.scopes.length = depth;
    const scope = this.top;
    const goesOn =
      scope.kind === "group" ||
      scope.initialising ||
      scope.constants ||
      isNewExpression(scope.head, this.language);
    if (goesOn) scope.head.push("{}");
    else this.endStatement();
  }

  /** `class Foo:` at the end of a line opens a Scala 3 body that lasts while lines are indented. */
  private openByIndentation(scope: Scope): void {
    const next = this.tokens[this.at + 1];
    if (this.language !== "scala" || scope.pending === undefined || next === undefined || !next.firstOnLine)
      return;
    let first = this.at;
    while (first > 0 && !this.tokens[first]!.firstOnLine) first--;
    const { type } = scope.pending;
    scope.pending = undefined;
    this.scopes.push({
      ...newScope("type", type, ""),
      openedAtColumn: this.tokens[first]!.column,
      memberColumn: -1,
    });
  }

  /** Java and Groovy: the statement so far is `modifiers Type name`, and `token` is the name or its brackets. */
  private recordField(token: Token | undefined): void {
    const scope = this.top;
    if (
      this.byKeyword ||
      scope.kind !== "type" ||
      scope.initialising ||
      scope.constants ||
      scope.pending !== undefined
    )
      return;
    let offset = this.tokens.indexOf(token as Token, Math.max(0, this.at - 1));
    if (offset < 0) return;
    while (offset > 0 && (this.tokens[offset]!.text === "]" || this.tokens[offset]!.text === "[")) offset--;
    const name = this.tokens[offset]!;
    const parts = scope.head.filter((part) => part !== "[]");
    if (name.kind !== "name" || parts.length < 2 || parts.at(-1) !== name.text || parts.includes("()"))
      return;
    if (parts.includes("import") || parts.includes("return")) return;
    const groovyModifierOnly = this.language === "groovy" && javaModifiers.has(parts.at(-2)!);
    const typed = parts.slice(0, -1).some((part) => !javaModifiers.has(part));
    if (typed || groovyModifierOnly) {
      this.addMember("field", name);
      scope.member = name.text;
    }
  }

  private endStatement(): void {
    const scope = this.top;
    scope.head = [];
    scope.initialising = false;
    scope.angles = 0;
    scope.member = undefined;
  }

  private addMember(kind: MemberDeclaration["kind"], token: Token, type = this.top.type): void {
    const members = type < 0 ? this.fileMembers : this.types[type]!.members;
    members.push({ kind, name: token.text, line: token.line, column: token.column });
  }

  private addType(
    name: string,
    kind: TypeKind,
    token: Token,
    isCompanion: boolean,
    inMember?: string,
  ): number {
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
  private isIndentedLocal(scope: Scope, token: Token): boolean {
    if (this.language !== "scala" || scope.closer !== "") return false;
    return this.firstOfLine(token).column > (scope.kind === "file" ? 1 : scope.memberColumn);
  }

  private firstOfLine(token: Token): Token {
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
