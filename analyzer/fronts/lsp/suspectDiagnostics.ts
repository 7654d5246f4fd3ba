import { pathToFileURL } from "node:url";
import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
} from "vscode-languageserver";
import { formatShare } from "../../base/figures";
import { visibleControls } from "../../base/foreignText";
import type { SuspectRow } from "../../protocol/heap/suspects";
import type { FrameRow } from "../../protocol/heap/threads";
import type { SourceLocation } from "../../protocol/source/sources";
import { shapeInWords, sizeInWords, stepInWords } from "../../session/heap/shapeWords";
import type { ReadThread } from "../../session/reading/readThread";
import type { HeapFacts } from "./heapFacts";

export const diagnosticSource = "Exhume";

type SuspectsOfHeap = Pick<HeapFacts, "path" | "name" | "suspects">;
type SourceQuestions = Pick<ReadThread, "ask">;

/** Travels with a diagnostic, for its quick fixes. */
export interface DiagnosticData {
  readonly dump: string;
  readonly objectId?: string;
  readonly file: string;
  readonly line: number;
}

/** A problem on the line of each field that holds a suspect, by the file's URI. */
export async function diagnosticsOf(
  heaps: readonly SuspectsOfHeap[],
  sources: SourceQuestions,
): Promise<ReadonlyMap<string, readonly Diagnostic[]>> {
  const byUri = new Map<string, Diagnostic[]>();
  for (const heap of heaps) {
    for (const suspect of heap.suspects) {
      const place = await blamedPlace(sources, suspect);
      if (place === undefined) continue;
      const uri = pathToFileURL(place.path).href;
      const list = byUri.get(uri) ?? [];
      list.push(await diagnosticOf(heap, suspect, place, sources));
      byUri.set(uri, list);
    }
  }
  return byUri;
}

/** The line to mend and what stands there: the field that holds a suspect, else the method that gathers it. */
interface BlamedPlace extends SourceLocation {
  readonly name: string;
  /** Characters to underline: of a frame only the line is known. */
  readonly length: number;
}

/** Editors end a range where its line ends. */
const wholeLine = 1_000;

async function blamedPlace(
  sources: SourceQuestions,
  { field, frame }: SuspectRow,
): Promise<BlamedPlace | undefined> {
  const place =
    field === undefined
      ? frame === undefined
        ? undefined
        : await locationOfFrame(sources, frame)
      : await locationOfField(sources, field.className, field.name);
  if (place === undefined) return undefined;
  const name = field?.name ?? frame!.method;
  return { ...place, name, length: field === undefined ? wholeLine : name.length };
}

async function diagnosticOf(
  heap: SuspectsOfHeap,
  suspect: SuspectRow,
  place: BlamedPlace,
  sources: SourceQuestions,
): Promise<Diagnostic> {
  const held = `${sizeInWords(suspect)} (${formatShare(suspect.share, 1)} of ${heap.name})`;
  const why = suspect.evidence[0] === undefined ? "" : ` ${suspect.evidence[0]}`;
  const objectId = suspect.accumulation?.objectId ?? suspect.objectId;
  const data: DiagnosticData = {
    dump: heap.path,
    file: place.path,
    line: place.line,
    ...(objectId === undefined ? {} : { objectId }),
  };
  return {
    range: rangeAt(place, place.length),
    severity: suspect.confidence === "possible" ? DiagnosticSeverity.Information : DiagnosticSeverity.Warning,
    source: diagnosticSource,
    ...(suspect.shape === undefined ? {} : { code: suspect.shape }),
    message: visibleControls(`${place.name} ${held}: ${shapeInWords(suspect)}.${why}`),
    relatedInformation: await pathInformation(suspect, place, sources),
    data,
  };
}

/**
 * The path from the root, each step at its own field's line where the workspace has it. Steps through classes nobody
 * here wrote stand with the next step that has a line.
 */
async function pathInformation(
  suspect: SuspectRow,
  place: SourceLocation,
  sources: SourceQuestions,
): Promise<DiagnosticRelatedInformation[]> {
  const information: DiagnosticRelatedInformation[] = [];
  let steps: string[] = [];
  const add = (at: SourceLocation, length: number) => {
    const root = information.length === 0 ? `${suspect.roots[0] ?? "root"}: ` : "";
    const location = { uri: pathToFileURL(at.path).href, range: rangeAt(at, length) };
    information.push({ location, message: visibleControls(`${root}${steps.join(" → ")}`) });
    steps = [];
  };
  for (const step of suspect.path) {
    if (step.field === undefined) continue;
    steps.push(stepInWords(step));
    const own = await locationOfField(sources, step.className, step.field);
    if (own !== undefined) add(own, step.field.length);
  }
  if (steps.length > 0) add(place, suspect.field?.name.length ?? 0);
  return information;
}

/** Only in files of the workspace, as {@link locationOfField}. */
async function locationOfFrame(
  sources: SourceQuestions,
  { className, method, file, line }: FrameRow,
): Promise<SourceLocation | undefined> {
  const { locations } = await sources.ask("source/frame", {
    className,
    method,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  });
  return locations.find(({ path }) => !path.includes("!/"));
}

/** Only in files of the workspace: nobody mends a library's source. */
async function locationOfField(
  sources: SourceQuestions,
  className: string,
  field: string,
): Promise<SourceLocation | undefined> {
  if (/^(java|javax|jdk|sun|com\.sun)\./.test(className)) return undefined;
  const { locations } = await sources.ask("source/field", { className, field });
  return locations.find(({ path }) => !path.includes("!/"));
}

function rangeAt({ line, column }: SourceLocation, length: number) {
  const start = { line: line - 1, character: column - 1 };
  return { start, end: { line: line - 1, character: column - 1 + length } };
}
