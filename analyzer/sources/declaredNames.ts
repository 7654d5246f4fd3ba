import { baseNameOf, type SourceLanguage } from "./language";
import { fullNameOf, kotlinFileClassOf, type MemberDeclaration } from "./outline";
import { outlineOf } from "./outlineScanner";

/** A declaration by the JVM's names, for fronts that ask what a dump knows about a line. */
export interface NamedDeclaration {
  readonly kind: "class" | "field" | "method";
  readonly className: string;
  readonly member: string;
  readonly line: number;
  readonly column: number;
}

/** Everything a file declares that a dump can name, in the order of the text. */
export function declaredNamesOf(path: string, text: string, language: SourceLanguage): NamedDeclaration[] {
  const outline = outlineOf(text, language);
  const baseName = baseNameOf(path);
  const names: NamedDeclaration[] = [];
  const addMembers = (className: string, members: readonly MemberDeclaration[]) => {
    for (const { kind, name, line, column } of members)
      names.push({ kind, className, member: name, line, column });
  };
  const fileClass = language === "scala" ? `${baseName}$package` : kotlinFileClassOf(outline, baseName);
  const inPackage = (simpleName: string) =>
    outline.packageName === "" ? simpleName : `${outline.packageName}.${simpleName}`;
  for (const type of outline.types) {
    const { line, column } = type;
    const full = fullNameOf(outline, type);
    const className = type.binaryName.startsWith("$") ? inPackage(`${fileClass}${type.binaryName}`) : full;
    names.push({ kind: "class", className, member: "", line, column });
    addMembers(className, type.members);
    const outer = outline.types[type.parent];
    // A companion's properties are static fields of the class around it.
    if (type.isCompanion && outer !== undefined)
      addMembers(
        fullNameOf(outline, outer),
        type.members.filter((m) => m.kind === "field"),
      );
  }
  if (outline.fileMembers.length > 0) addMembers(inPackage(fileClass), outline.fileMembers);
  return names;
}
