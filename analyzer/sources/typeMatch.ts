import { withoutEnding } from "../base/endings";
import type { ClassName } from "./className";
import { kotlinFileClassOf, type MemberDeclaration, type Outline, type TypeDeclaration } from "./outline";

/** Where in a file a class of the dump is. */
export interface TypeMatch {
  /** undefined when the class is a Kotlin or Scala file itself. */
  readonly type: TypeDeclaration | undefined;
  readonly line: number;
  readonly column: number;
  /** What of the name had no declaration: `bar$1` of `Foo$bar$1`. Empty for an exact match. */
  readonly rest: string;
}

/** Finds the declaration of a class in a file, or the innermost one around it; undefined when there is neither. */
export function matchType(outline: Outline, baseName: string, name: ClassName): TypeMatch | undefined {
  const wanted = normalise(name.simpleName);
  const fileClass = fileClassOf(outline, baseName);
  const byName = new Map<string, TypeDeclaration>();
  for (const type of outline.types) {
    const binaryName = type.binaryName.startsWith("$")
      ? `${fileClass ?? ""}${type.binaryName}`
      : type.binaryName;
    const key = normalise(binaryName);
    // A Scala object and its class share a name; the module class of the object ends in a dollar.
    if (outline.language === "scala" && type.kind === "object") setOnce(byName, `${key}$`, type);
    setOnce(byName, key, type);
  }
  for (let length = wanted.length; length > 0; length = wanted.lastIndexOf("$", length - 1)) {
    const part = wanted.slice(0, length);
    const rest = wanted.slice(length).replace(/^\$+/, "");
    const type = byName.get(rest === "" ? part : withoutEnding(part, "$")) ?? byName.get(part);
    if (type !== undefined) return refine(outline, type, type.members, rest, name.inMember);
    if (fileClass === part) return refine(outline, undefined, outline.fileMembers, rest, name.inMember);
  }
  return undefined;
}

/** Looks for `bar$1` as the method or property `bar`, which is where such a class was written. */
function refine(
  outline: Outline,
  type: TypeDeclaration | undefined,
  members: readonly MemberDeclaration[],
  rest: string,
  inMember: string | undefined,
): TypeMatch {
  const anonymous = scalaAnonymous(outline, type, rest);
  if (anonymous !== undefined) {
    return { type: anonymous, line: anonymous.line, column: anonymous.column, rest: "" };
  }
  const memberName = inMember ?? rest.replace(/^(?:anonfun|anon)\$/, "").split("$")[0];
  const member =
    rest === "" && inMember === undefined
      ? undefined
      : members.find((candidate) => candidate.name === memberName);
  const place = member ?? type ?? members[0] ?? { line: 1, column: 1 };
  return { type, line: place.line, column: place.column, rest };
}

/**
 * `Foo$$anon$2`: scalac numbers the anonymous classes of a whole file in the order of the text, and gives numbers to
 * classes of its own too. So the number is believed where it fits, and needed only where there are several.
 */
function scalaAnonymous(
  outline: Outline,
  type: TypeDeclaration | undefined,
  rest: string,
): TypeDeclaration | undefined {
  const number = outline.language === "scala" ? /^anon\$(\d+)$/.exec(rest)?.[1] : undefined;
  if (number === undefined) return undefined;
  const parent = type === undefined ? -1 : outline.types.indexOf(type);
  const all = outline.types.filter(({ kind }) => kind === "anonymous");
  const inside = all.filter((each) => each.parent === parent);
  const counted = all[Number(number) - 1];
  return inside.length === 1 ? inside[0] : inside.find((each) => each === counted);
}

/** Numbers before a local class's name depend on what else the method declares; any number matches. */
function normalise(binaryName: string): string {
  return binaryName.replace(/\$\d+(?=[\p{L}_])/gu, "$1");
}

function fileClassOf(outline: Outline, baseName: string): string | undefined {
  if (outline.language === "kotlin") return kotlinFileClassOf(outline, baseName);
  return outline.language === "scala" ? `${baseName}$package` : undefined;
}

function setOnce<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  if (!map.has(key)) map.set(key, value);
}

/**
 * Finds the declaration of a field as the JVM names it.
 * @param outline the file `match` was found in
 */
export function matchField(outline: Outline, match: TypeMatch, field: string): MemberDeclaration | undefined {
  const own = match.type === undefined ? outline.fileMembers : match.type.members;
  const typeIndex = match.type === undefined ? -1 : outline.types.indexOf(match.type);
  const inside = outline.types.filter((type) => type.parent === typeIndex && type.parent >= 0);
  // Kotlin keeps a companion's properties as static fields of the class itself; Scala a class's twin object's.
  const companions = inside.filter((type) => type.isCompanion).flatMap((type) => type.members);
  const twins = outline.types.filter(
    (type) => type !== match.type && match.type !== undefined && type.binaryName === match.type.binaryName,
  );
  const candidates = [...own, ...companions, ...twins.flatMap((type) => type.members)];
  for (const name of fieldSpellings(field)) {
    const found = candidates.find((member) => member.kind === "field" && member.name === name);
    if (found !== undefined) return found;
  }
  const mixedIn = fieldOfTrait(outline, field);
  if (mixedIn !== undefined) return mixedIn;
  const nested = inside.find((type) => type.name === field || (type.isCompanion && field === "Companion"));
  if (nested !== undefined) return { kind: "field", name: field, line: nested.line, column: nested.column };
  if ((field === "INSTANCE" || field === "MODULE$") && match.type?.kind === "object") {
    return { kind: "field", name: field, line: match.type.line, column: match.type.column };
  }
  return undefined;
}

/** A trait's field is compiled into the classes that have the trait: known where one trait of the file has such a field. */
function fieldOfTrait(outline: Outline, field: string): MemberDeclaration | undefined {
  const found = outline.types
    .filter(({ kind }) => kind === "trait")
    .flatMap(({ members }) => members)
    .filter((member) => member.kind === "field" && fieldSpellings(field).includes(member.name));
  return found.length === 1 ? found[0] : undefined;
}

/** `cache$delegate` is Kotlin's `cache`, `com$example$Foo$$cache` Scala's, `bitmap$0` and `this$0` nobody's. */
function fieldSpellings(field: string): string[] {
  const spellings = [field];
  const delegate = /^(.+)\$(?:delegate|receiver|lzy\d+|volatile(?:\$FU)?)$/.exec(field)?.[1];
  if (delegate !== undefined) spellings.push(delegate);
  const mangled = /\$\$(\w+)$/.exec(field)?.[1];
  if (mangled !== undefined) spellings.push(mangled);
  return spellings;
}

/** Finds a method by the name a stack frame has: `lambda$run$0` is in `run`, `access$000` nowhere. */
export function matchMethod(
  outline: Outline,
  match: TypeMatch,
  method: string,
): MemberDeclaration | undefined {
  const own = match.type === undefined ? outline.fileMembers : match.type.members;
  const lambda =
    /^(?:lambda|anonfun)\$(\w+?)\$\d+$/.exec(method)?.[1] ?? /^\$anonfun\$(\w+?)\$\d+$/.exec(method)?.[1];
  const names = [
    lambda === "new" ? "<init>" : lambda === "static" ? "<clinit>" : lambda,
    method,
    method.split("$")[0],
  ];
  const accessor = /^(?:get|set|is)([A-Z]\w*)$/.exec(method)?.[1];
  for (const name of names) {
    if (name === undefined) continue;
    const found = own.find((member) => member.kind === "method" && member.name === name);
    if (found !== undefined) return found;
  }
  if (accessor === undefined) return undefined;
  const property = accessor.slice(0, 1).toLowerCase() + accessor.slice(1);
  return own.find((member) => member.name === property);
}
