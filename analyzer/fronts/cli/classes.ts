import { formatBytes, formatCount } from "../../base/figures";
import type { CoreJavaHeap, JavaClassRow, JavaMetaspace } from "../../protocol/core/javaHeap";
import { openCore } from "./bt";
import { type Command, countOption, openFlags, requirePositional } from "./command";
import { coreFlags, coreOpenOptionsOf, coreOptionsUsage } from "./coreOptions";
import { exitCodes } from "./exitCodes";
import { apart } from "./output";
import { formatTable } from "./table";

const everything = 0x7fff_ffff;
const defaultTop = 40;
const defaultLoaders = 8;

export const classes: Command = {
  name: "classes",
  needs: "embeddedJavaHeap",
  summary: "Count the objects of a JVM's core by class, and its direct buffers.",
  usage: `CORE [--top N] [--json]
  --top N             classes in text, most bytes first (${defaultTop})
  --json              one JSON object with every class on standard output
${coreOptionsUsage}`,
  options: { top: { type: "string" }, json: { type: "boolean" }, ...coreFlags, ...openFlags },
  async run(invocation) {
    const { output, signal, values } = invocation;
    const path = requirePositional(invocation, 0, "CORE");
    const session = await openCore(invocation.openDump(path, coreOpenOptionsOf(invocation)), path);
    const heap = await session.ask("core/javaHeap", {}, signal);
    const isJson = values["json"] === true;
    const count = isJson ? everything : (countOption(invocation, "top") ?? defaultTop);
    const { rows } = await session.ask("core/javaClasses", { start: 0, count }, signal);
    if (isJson) output.json({ schemaVersion: 1, ...heap, classes: rows }, 1);
    else output.text(textOf(heap, rows, output.columns));
    const isWhole = heap.unwalkedBytes === 0 && heap.movedObjects === undefined;
    return isWhole ? exitCodes.done : exitCodes.incomplete;
  },
};

function textOf(heap: CoreJavaHeap, rows: readonly JavaClassRow[], width: number): string[] {
  const blocks = [
    [
      `JVM ${heap.jvm}, ${heap.collector}: ${formatCount(heap.objects)} objects, ${formatBytes(heap.objectBytes)}, live and ` +
        `not yet collected; heap used ${formatBytes(heap.usedBytes)}, committed ${formatBytes(heap.committedBytes)}`,
    ],
  ];
  if (heap.unwalkedBytes > 0)
    blocks.push([`In ${formatBytes(heap.unwalkedBytes)} of the heap no objects could be told.`]);
  if (heap.movedObjects !== undefined)
    blocks.push([
      "Taken inside a collection: figures are bounds, objects that were being moved " +
        `(${formatCount(heap.movedObjects)} are told) may be counted twice.`,
    ]);
  const { directMemory } = heap;
  if (directMemory !== undefined)
    blocks.push([
      `Direct buffers: ${formatCount(directMemory.buffers)}, ${formatBytes(directMemory.reservedBytes)} outside the heap`,
    ]);
  if (heap.metaspace !== undefined) blocks.push(textOfMetaspace(heap.metaspace, width));
  blocks.push(
    formatTable(
      [
        { title: "Bytes", align: "right" },
        { title: "Objects", align: "right" },
        { title: "Class", align: "left" },
      ],
      rows.map((row) => [
        formatBytes(row.bytes),
        formatCount(row.objects),
        row.loaded > 1 ? `${row.className} (${row.loaded} classes)` : row.className,
      ]),
      width,
    ),
  );
  return apart(blocks);
}

function textOfMetaspace(
  { loaders, usedBytes, committedBytes, unread }: JavaMetaspace,
  width: number,
): string[] {
  const shown = loaders.slice(0, defaultLoaders);
  const left = loaders.length - shown.length;
  return [
    `Metaspace: ${unread > 0 ? "at least " : ""}${formatBytes(usedBytes)} used, ${formatBytes(committedBytes)} committed`,
    ...formatTable(
      [
        { title: "Used", align: "right" },
        { title: "Committed", align: "right" },
        { title: "Classes", align: "right" },
        { title: "Loaders", align: "right" },
        { title: "Class of the loaders", align: "left" },
      ],
      shown.map((row) => [
        formatBytes(row.usedBytes),
        formatBytes(row.committedBytes),
        formatCount(row.classes),
        formatCount(row.loaders),
        row.className ?? "(boot loader)",
      ]),
      width,
    ),
    ...(left > 0 ? [`… ${formatCount(left)} more`] : []),
  ];
}
