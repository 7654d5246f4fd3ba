import type { CodeLens, Command } from "vscode-languageserver";
import { formatBytes, formatCount } from "../../base/figures";
import { asLabel } from "../../base/foreignText";
import type { DeclaredName } from "../../protocol/source/sources";
import { shapeInWords, sizeInWords } from "../../session/heap/shapeWords";
import type { HeapFacts } from "./heapFacts";

/** Threads named in one lens. */
const mostThreads = 3;

/** What the open dumps say above the declarations of a file. */
export async function codeLensesFor(
  declared: readonly DeclaredName[],
  heaps: readonly HeapFacts[],
  signal: AbortSignal,
): Promise<CodeLens[]> {
  const lenses: CodeLens[] = [];
  for (const heap of heaps) {
    const figures = await figuresOf(declared, heap, signal);
    for (const name of declared) {
      const command = commandFor(name, heap, figures);
      if (command === undefined) continue;
      lenses.push({ range: rangeOf(name), command: { ...command, title: asLabel(command.title) } });
    }
  }
  return lenses;
}

type Figures = Awaited<ReturnType<HeapFacts["classesBelow"]>>;

/** One question for each outermost class of the file. */
async function figuresOf(
  declared: readonly DeclaredName[],
  heap: HeapFacts,
  signal: AbortSignal,
): Promise<Figures> {
  const outermost = new Set(declared.map(({ className }) => className.replace(/(?<=[^.$])\$.*$/, "")));
  const figures = new Map<string, NonNullable<ReturnType<Figures["get"]>>>();
  for (const className of outermost)
    for (const [name, row] of await heap.classesBelow(className, signal)) figures.set(name, row);
  return figures;
}

function commandFor(name: DeclaredName, heap: HeapFacts, figures: Figures): Command | undefined {
  switch (name.kind) {
    case "class": {
      const row = figures.get(name.className);
      if (row === undefined || row.objects === 0) return undefined;
      const retained = row.retainedBytes === undefined ? "" : ` · retains ${formatBytes(row.retainedBytes)}`;
      const objects = row.objects === 1 ? "1 object" : `${formatCount(row.objects)} objects`;
      return showIn(heap, `${objects}${retained} in ${heap.name}`, {
        view: "histogram",
        params: { filter: name.className },
      });
    }
    case "field": {
      const [suspect] = heap.suspectsOfField(name.className, name.member);
      if (suspect === undefined) return undefined;
      const title = `${name.member} ${sizeInWords(suspect)}: ${shapeInWords(suspect)} (${heap.name})`;
      const objectId = suspect.accumulation?.objectId ?? suspect.objectId;
      return showIn(heap, title, {
        view: "dominators",
        params: objectId === undefined ? {} : { reveal: objectId },
      });
    }
    case "method": {
      const threads = heap.threadsIn(name.className, name.member);
      if (threads.length === 0) return undefined;
      const named = threads.slice(0, mostThreads).map((thread) => thread.name || "(unnamed)");
      const more = threads.length > mostThreads ? `, ${threads.length - mostThreads} more` : "";
      const outOfMemory = threads.some((thread) => thread.outOfMemory)
        ? "out of memory here: "
        : "on the stack of ";
      return {
        title: `${outOfMemory}${named.join(", ")}${more} in ${heap.name}`,
        command: "exhume.debugDump",
        arguments: [{ path: heap.path }],
      };
    }
  }
}

/** Opens a place of a dump; the extension's command knows how. */
export function showIn(heap: HeapFacts, title: string, place: { view: string; params: object }): Command {
  return { title, command: "exhume.showInDump", arguments: [heap.path, place] };
}

/** The name's place, as LSP counts: from 0. */
export function rangeOf({ line, column, member, className, kind }: DeclaredName) {
  const text =
    kind === "class"
      ? className.slice(Math.max(className.lastIndexOf("."), className.lastIndexOf("$")) + 1)
      : member;
  const start = { line: line - 1, character: column - 1 };
  return { start, end: { line: line - 1, character: column - 1 + text.length } };
}
