import { formatBytes, formatBytesOrDash, formatCount, formatQuantity } from "../../base/figures";
import type {
  ArrayPartResult,
  EntriesResult,
  InspectResult,
  ReferenceRow,
} from "../../protocol/heap/inspector";
import type { ObjectRow, ValueRow } from "../../protocol/heap/objects";
import type { Page } from "../../protocol/wire";
import {
  type Command,
  countOption,
  exitCodeFor,
  openFlags,
  openOptionsOf,
  openOptionsUsage,
  requirePositional,
} from "./command";
import { apart } from "./output";
import { formatTable, type TableColumn } from "./table";

const defaultCount = 20;

/** Everything `--json` prints beside `schemaVersion`. */
interface Inspected extends InspectResult {
  readonly elements?: ArrayPartResult;
  readonly entries?: EntriesResult;
  readonly incoming?: Page<ReferenceRow>;
  readonly outgoing?: Page<ReferenceRow>;
}

export const inspect: Command = {
  name: "inspect",
  needs: "objectGraph",
  summary: "Show one object: sizes, fields, elements or entries, text, and its references.",
  usage: `DUMP OBJECT [--start N] [--count N] [--incoming] [--outgoing] [--json]
  OBJECT              id of an object, 0x…
  --start N           first element, entry or reference to show, counted from 1 (1)
  --count N           how many of them (${defaultCount})
  --incoming          who refers to it, and by which field
  --outgoing          what it refers to
  --json              one JSON object on standard output
${openOptionsUsage}`,
  options: {
    json: { type: "boolean" },
    start: { type: "string" },
    count: { type: "string" },
    incoming: { type: "boolean" },
    outgoing: { type: "boolean" },
    ...openFlags,
  },
  async run(invocation) {
    const file = requirePositional(invocation, 0, "DUMP");
    const objectId = requirePositional(invocation, 1, "OBJECT");
    const part = {
      objectId,
      start: (countOption(invocation, "start") ?? 1) - 1,
      count: countOption(invocation, "count") ?? defaultCount,
    };
    const { output, signal, values } = invocation;
    const session = await invocation.openDump(file, openOptionsOf(invocation));
    const facts = await session.ask("heap/inspect", { objectId }, signal);
    const inspected: Inspected = {
      ...facts,
      ...(facts.array === undefined ? {} : { elements: await session.ask("heap/arrayPart", part, signal) }),
      ...(facts.collection === undefined ? {} : { entries: await session.ask("heap/entries", part, signal) }),
      ...(values["incoming"] === true ? { incoming: await session.ask("heap/incoming", part, signal) } : {}),
      ...(values["outgoing"] === true ? { outgoing: await session.ask("heap/outgoing", part, signal) } : {}),
    };
    if (values["json"] === true) output.json({ schemaVersion: 1, ...inspected });
    else output.text(inspectedText(inspected, output.columns));
    return exitCodeFor(session.problems);
  },
};

function inspectedText(inspected: Inspected, width: number): string[] {
  const { object, fields, elements, entries, incoming, outgoing } = inspected;
  const sections = [
    factsText(inspected),
    ...(fields.length === 0
      ? []
      : [
          formatTable(
            fieldColumns,
            fields.map(({ className, name, static: isStatic, value }) => [
              className,
              `${isStatic ? "static " : ""}${name}`,
              valueText(value),
            ]),
            width,
          ),
        ]),
    ...(elements === undefined ? [] : [elementsText(elements)]),
    ...(entries === undefined ? [] : [entriesText(entries, inspected.collection?.size)]),
    ...(incoming === undefined ? [] : [referencesText(`Refer to ${object.objectId}`, incoming)]),
    ...(outgoing === undefined ? [] : [referencesText(`${object.objectId} refers to`, outgoing)]),
  ];
  return apart(sections);
}

const fieldColumns: readonly TableColumn[] = [
  { title: "Declared by", align: "left" },
  { title: "Field", align: "left" },
  { title: "Value", align: "left", keep: "start" },
];

function factsText({
  object,
  loader,
  roots,
  superclasses,
  collection,
  text,
  dominator,
}: Inspected): string[] {
  return [
    objectText(object),
    `shallow ${formatBytes(object.shallowBytes)}, retained ${formatBytesOrDash(object.retainedBytes)}`,
    ...(collection === undefined ? [] : [collectionText(collection)]),
    ...(text === undefined ? [] : [`text: ${text}`]),
    ...(superclasses.length > 1 ? [`class: ${superclasses.join(" ← ")}`] : []),
    ...(loader === "" ? [] : [`loader: ${loader}`]),
    ...(roots.length === 0 ? [] : [`GC root: ${roots.join(", ")}`]),
    ...(dominator === undefined ? [] : [`kept alive by: ${objectText(dominator)}`]),
  ];
}

function collectionText({ kind, size, capacity }: NonNullable<InspectResult["collection"]>): string {
  const room = capacity === undefined ? "" : ` in a capacity of ${formatCount(capacity)}`;
  return `${kind}${size === undefined ? "" : ` of ${formatQuantity(size, "element")}`}${room}`;
}

function objectText({ className, objectId, isClass, label }: ObjectRow): string {
  return `${isClass === true ? "class " : ""}${className} @ ${objectId}${label === undefined ? "" : ` ${label}`}`;
}

function valueText({ type, text, object }: ValueRow): string {
  return object === undefined ? `${text}  (${type})` : objectText(object);
}

function elementsText({ type, length, start, values, hex, text }: ArrayPartResult): string[] {
  const head = `${type}[${formatCount(length)}]`;
  const shown = `${formatCount(start + 1)} to ${formatCount(start + values.length)}`;
  if (values.length === 0) return [head];
  return [
    `${head}, elements ${shown}`,
    ...(text === undefined ? [] : [`text: ${text}`]),
    ...(hex === undefined
      ? values.map((value, at) => `[${start + at}] ${valueText(value)}`)
      : hex.split("\n")),
  ];
}

/** @param size what the collection says of itself; without it only what was walked is known. */
function entriesText({ rows, total, moreToCome }: EntriesResult, size: number | undefined): string[] {
  const lines = rows.map(({ position, key, value }) =>
    key === undefined
      ? `[${position}] ${valueText(value)}`
      : `[${position}] ${valueText(key)} → ${valueText(value)}`,
  );
  const whole = `${moreToCome && size === undefined ? "more than " : ""}${formatCount(total)}`;
  return [`Entries (${formatCount(rows.length)} of ${whole})`, ...lines];
}

function referencesText(title: string, { rows, total }: Page<ReferenceRow>): string[] {
  const lines = rows.map((row) => {
    const way = row.field === undefined ? row.kind : `${row.field.className}.${row.field.field}`;
    return `  ${objectText(row)}  by ${way}${row.strong ? "" : " (not strong)"}`;
  });
  return [`${title} (${formatCount(rows.length)} of ${formatCount(total)})`, ...lines];
}
