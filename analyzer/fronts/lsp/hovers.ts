import { type Hover, MarkupKind, type Position } from "vscode-languageserver";
import { formatBytes, formatCount, formatShare } from "../../base/figures";
import { asMarkdown } from "../../base/foreignText";
import type { SuspectRow } from "../../protocol/heap/suspects";
import type { DeclaredName } from "../../protocol/source/sources";
import { shapeInWords, sizeInWords, stepInWords } from "../../session/heap/shapeWords";
import { rangeOf } from "./codeLenses";
import type { HeapFacts } from "./heapFacts";

const childrenShown = 5;

/** What the open dumps say of the declared name under the cursor; null when that is nothing. */
export async function hoverAt(
  position: Position,
  declared: readonly DeclaredName[],
  heaps: readonly HeapFacts[],
  signal: AbortSignal,
): Promise<Hover | null> {
  const name = declared.find((each) => contains(rangeOf(each), position));
  if (name === undefined) return null;
  const parts: string[] = [];
  for (const heap of heaps) for (const part of await partsOf(name, heap, signal)) parts.push(part);
  if (parts.length === 0) return null;
  return { contents: { kind: MarkupKind.Markdown, value: parts.join("\n\n") }, range: rangeOf(name) };
}

type Range = ReturnType<typeof rangeOf>;

function contains({ start, end }: Range, { line, character }: Position): boolean {
  return line === start.line && character >= start.character && character <= end.character;
}

async function partsOf(name: DeclaredName, heap: HeapFacts, signal: AbortSignal): Promise<string[]> {
  switch (name.kind) {
    case "class": {
      const row = (await heap.classesBelow(name.className, signal)).get(name.className);
      const suspects = await Promise.all(
        heap.suspectsOfClass(name.className).map((suspect) => suspectText(suspect, heap, signal)),
      );
      if (row === undefined || row.objects === 0) return suspects;
      const retained =
        row.retainedBytes === undefined ? "" : `, retaining **${formatBytes(row.retainedBytes)}**`;
      const figures = `${formatCount(row.objects)} objects of ${formatBytes(row.shallowBytes)}${retained}`;
      return [`**${asMarkdown(heap.name)}**: ${figures}`, ...suspects];
    }
    case "field":
      return Promise.all(
        heap
          .suspectsOfField(name.className, name.member)
          .map((suspect) => suspectText(suspect, heap, signal)),
      );
    case "method": {
      const threads = heap.threadsIn(name.className, name.member);
      if (threads.length === 0) return [];
      const rows = threads
        .slice(0, 10)
        .map(
          ({ name, state, retainedBytes }) =>
            `- ${asMarkdown(name)}, ${asMarkdown(state)}${retainedBytes === undefined ? "" : `, retains ${formatBytes(retainedBytes)}`}`,
        );
      return [
        `**${asMarkdown(heap.name)}**: on the stack of ${threads.length} thread(s)\n\n${rows.join("\n")}`,
      ];
    }
  }
}

async function suspectText(suspect: SuspectRow, heap: HeapFacts, signal: AbortSignal): Promise<string> {
  const share = formatShare(suspect.share, 1);
  const lines = [
    `**${asMarkdown(heap.name)}**: ${sizeInWords(suspect)} (${share}), ${shapeInWords(suspect)}`,
    ...(suspect.path.length === 0 ? [] : ["", pathText(suspect)]),
  ];
  const objectId = suspect.accumulation?.objectId ?? suspect.objectId;
  if (objectId !== undefined) {
    const contents = await heap.contentsOf(objectId, childrenShown, signal);
    const rows = contents.map(
      (row) =>
        `- ${formatBytes(row.retainedBytes)} in ${formatCount(row.objects ?? 1)} × ${asMarkdown(row.className)}`,
    );
    const elements = elementsText(suspect);
    if (rows.length + elements.length > 0) lines.push(["", ...elements, "", ...rows].join("\n"));
  }
  return lines.join("\n");
}

/** What a collection holds: the dominator tree below it shows the collection's own nodes first. */
function elementsText({ accumulation, elementClasses = [] }: SuspectRow): string[] {
  if (accumulation?.elements === undefined) return [];
  const mostly = elementClasses[0] === undefined ? "" : `, mostly ${elementClasses[0].className}`;
  return [asMarkdown(`Holds ${formatCount(accumulation.elements)} elements${mostly}:`)];
}

function pathText(suspect: SuspectRow): string {
  return `Path: ${[...suspect.roots.slice(0, 1), ...suspect.path.map(stepInWords)].map(asMarkdown).join(" → ")}`;
}
