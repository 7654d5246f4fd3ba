import { lastPartOf } from "../base/pathNames";
import type { Work } from "../base/work";
import { type ClassName, parseClassName } from "./className";
import type { DeclarationIndex } from "./declarationIndex";
import { baseNameOf, folderOf, languageOfPath } from "./language";
import type { Outline } from "./outline";
import { outlineOf } from "./outlineScanner";
import { mostFiles, type SourceIndex } from "./sourceIndex";
import { matchField, matchMethod, matchType, type TypeMatch } from "./typeMatch";

/** The trees to look in, best first, and their second-choice indexes made on demand. */
export interface Sources {
  readonly indexes: readonly SourceIndex[];
  declarationsOf(index: SourceIndex): Promise<DeclarationIndex>;
}

/** A line in a file. `match` says how it was found, as shown to the user. */
export interface FoundPlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly match: string;
}

export interface FoundPlaces {
  /** Best first. */
  readonly places: readonly FoundPlace[];
  /** Sentences: where was looked and what for. */
  readonly searched: readonly string[];
}

/** A file that declares the class. */
interface ClassFile {
  readonly index: SourceIndex;
  readonly order: number;
  readonly file: string;
  readonly outline: Outline;
  readonly match: TypeMatch;
  readonly rule: Rule;
  readonly lineCount: number;
}

const rules = ["package path", "package declaration", "declaration", "same name in another package"] as const;
type Rule = (typeof rules)[number];

/** More files than this are not opened for one rule: a name like `Builder` is everywhere. */
const mostCandidates = 60;
/** Files of the package's own folder are only searched for the name, so there may be more of them. */
const mostInFolder = 1_000;

/** @param file name of the source file when the dump recorded it */
export async function findClass(
  sources: Sources,
  className: string,
  file: string | undefined,
  work: Work,
): Promise<FoundPlaces> {
  const name = parseClassName(className);
  const { found, searched } = await filesDeclaring(sources, name, file, work);
  const places = found.map((candidate) =>
    placeIn(candidate, candidate.match.line, candidate.match.column, describeMatch(candidate, name)),
  );
  return { places, searched };
}

/** @param className the class that declares the field */
export async function findField(
  sources: Sources,
  className: string,
  field: string,
  work: Work,
): Promise<FoundPlaces> {
  const name = parseClassName(className);
  const { found, searched } = await filesDeclaring(sources, name, undefined, work);
  const exact: FoundPlace[] = [];
  const classOnly: FoundPlace[] = [];
  for (const candidate of found) {
    const member = matchField(candidate.outline, candidate.match, field);
    if (member !== undefined) exact.push(placeIn(candidate, member.line, member.column, candidate.rule));
    else {
      const { line, column } = candidate.match;
      const why = /^\[\d+\]$/.test(field)
        ? "class of the array's holder"
        : `class only: no declaration of ${field}`;
      classOnly.push(placeIn(candidate, line, column, why));
    }
  }
  if (exact.length > 0) return { places: exact, searched };
  const missing =
    found.length === 0 ? [] : [`${found.length} file(s) declare ${className}, none a field ${field}`];
  return { places: classOnly, searched: [...searched, ...missing] };
}

export interface FrameName {
  readonly className: string;
  readonly method: string;
  readonly file?: string;
  /** From 1; zero or less when the dump has no line. */
  readonly line?: number;
}

/** The recorded line when there is one, else the method's declaration. */
export async function findFrame(sources: Sources, frame: FrameName, work: Work): Promise<FoundPlaces> {
  const name = parseClassName(frame.className);
  const { found, searched } = await filesDeclaring(sources, name, frame.file, work);
  const places = found.map((candidate) => {
    if (frame.line !== undefined && frame.line > 0) {
      if (frame.line <= candidate.lineCount) return placeIn(candidate, frame.line, 1, "recorded line");
      const { line, column } = candidate.match;
      const why = `the file has ${candidate.lineCount} lines, the dump recorded line ${frame.line}: another version of it`;
      return placeIn(candidate, line, column, why);
    }
    const member = matchMethod(candidate.outline, candidate.match, frame.method);
    const place = member ?? candidate.match;
    return placeIn(
      candidate,
      place.line,
      place.column,
      member === undefined ? "class of the frame" : "method declaration",
    );
  });
  return { places, searched };
}

function placeIn(candidate: ClassFile, line: number, column: number, match: string): FoundPlace {
  return { path: candidate.index.tree.fullPath(candidate.file), line, column, match };
}

function describeMatch(candidate: ClassFile, name: ClassName): string {
  const part = name.generated !== undefined ? `, ${name.generated} of it` : "";
  const rest = candidate.match.rest === "" ? "" : `, ${candidate.match.rest} inside it`;
  return `${candidate.rule}${part}${rest}`;
}

/** Applies the rules in order; the first one that finds anything in the workspace, else in archives, decides. */
async function filesDeclaring(
  sources: Sources,
  name: ClassName,
  recordedFile: string | undefined,
  work: Work,
): Promise<{ readonly found: readonly ClassFile[]; readonly searched: readonly string[] }> {
  if (name.hasNoSource !== undefined) return { found: [], searched: [name.hasNoSource] };
  const searched: string[] = [];
  if (sources.indexes.length === 0) searched.push("no folder is open and no source archive is known");
  for (const kind of ["workspace", "archive"] as const) {
    const indexes = sources.indexes.filter((index) => index.tree.kind === kind);
    // Nobody declares classes of the JDK in a file of another name: to find that out would mean reading every file.
    const byPathOnly = kind === "archive" || /^(java|jdk|sun)(\.|$)/.test(name.packageName);
    for (const rule of byPathOnly ? rules.slice(0, 1) : rules) {
      const found: ClassFile[] = [];
      for (const index of indexes) {
        work.throwIfCancelled();
        const files = await candidatesFor(sources, index, name, recordedFile, rule);
        await addDeclaring(found, index, sources.indexes.indexOf(index), files, name, rule);
      }
      if (found.length > 0) return { found: found.sort(compareFiles), searched: [] };
    }
    if (kind === "workspace")
      for (const index of indexes) searched.push(describeSearch(index, name, recordedFile));
    else if (indexes.length > 0) searched.push(`${indexes.length} source archive(s), by package path`);
  }
  return { found: [], searched };
}

function describeSearch(index: SourceIndex, name: ClassName, recordedFile: string | undefined): string {
  const folder = name.packageName.replaceAll(".", "/");
  const file = recordedFile ?? `${name.fileNames[0]}.java, .kt, .scala, .groovy`;
  const cut = index.isCut ? ` (only the first ${mostFiles} were listed)` : "";
  return `${index.tree.label}: ${index.fileCount} source files${cut}, first ${folder === "" ? "" : `…/${folder}/`}${file}, then every declaration of ${name.simpleName}`;
}

async function candidatesFor(
  sources: Sources,
  index: SourceIndex,
  name: ClassName,
  recordedFile: string | undefined,
  rule: Rule,
): Promise<readonly string[]> {
  const folder = name.packageName.replaceAll(".", "/");
  const isInPackage = (file: string) =>
    folder === "" || folderOf(file) === folder || folderOf(file).endsWith(`/${folder}`);
  const baseNames =
    recordedFile === undefined ? name.fileNames : [baseNameOf(recordedFile), ...name.fileNames];
  const named = [...new Set(baseNames.flatMap((base) => index.byBaseName.get(base) ?? []))];
  switch (rule) {
    case "package path":
      return named.filter(isInPackage);
    case "package declaration":
    case "same name in another package":
      return named;
    case "declaration": {
      const beside = (index.byFolderName.get(lastPartOf(folder)) ?? []).filter(isInPackage);
      if (folder !== "" && beside.length > 0 && beside.length <= mostInFolder) {
        const declaring: ClassFile[] = [];
        await addDeclaring(declaring, index, 0, beside, name, rule);
        if (declaring.length > 0) return declaring.map((candidate) => candidate.file);
      }
      const declarations = await sources.declarationsOf(index);
      return name.fileNames.flatMap((part) => declarations.get(part.slice(part.lastIndexOf("$") + 1)) ?? []);
    }
  }
}

async function addDeclaring(
  found: ClassFile[],
  index: SourceIndex,
  order: number,
  files: readonly string[],
  name: ClassName,
  rule: Rule,
): Promise<void> {
  const limit = rule === "declaration" ? mostInFolder : mostCandidates;
  for (const file of [...new Set(files)].slice(0, limit)) {
    const language = languageOfPath(file);
    const text = language === undefined ? undefined : await index.tree.read(file);
    if (language === undefined || text === undefined) continue;
    if (rule === "declaration" && !name.fileNames.some((part) => text.includes(part))) continue;
    const outline = outlineOf(text, language);
    if (rule !== "same name in another package" && outline.packageName !== name.packageName) continue;
    const match = matchType(outline, baseNameOf(file), name);
    if (match === undefined) continue;
    found.push({ index, order, file, outline, match, rule, lineCount: countLines(text) });
  }
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < text.length - 1; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

/** Written sources before tests before generated ones, then the order of the folders, then short paths. */
function compareFiles(a: ClassFile, b: ClassFile): number {
  return (
    Number(a.match.rest !== "") - Number(b.match.rest !== "") ||
    placeRank(a.file) - placeRank(b.file) ||
    a.order - b.order ||
    a.file.length - b.file.length ||
    (a.file < b.file ? -1 : 1)
  );
}

function placeRank(file: string): number {
  if (/(^|\/)(generated|generated-sources|generated-src|build|target|out)(\/|$)/i.test(file)) return 2;
  return /(^|\/)(test|tests|testFixtures|it|androidTest|jmh)(\/|$)/.test(file) ? 1 : 0;
}
