import { formatQuantity } from "../../../base/figures";
import type { Heap } from "../../heap";
import { classesBeginning } from "../objects/classNames";
import { ancestryOf } from "../objects/fieldReads";
import { aggregates, attributes, functions } from "./functions";
import { scriptFunctions } from "./script/builtins";

export interface Completion {
  readonly text: string;
  readonly kind: "class" | "field" | "attribute" | "function" | "keyword";
  /** What it is, in a few words. */
  readonly detail: string;
}

export interface Completions {
  /** Part of the text that the chosen completion replaces: from here to the cursor. */
  readonly from: number;
  readonly items: readonly Completion[];
}

const maximumItems = 100;
/** How far back from the cursor its word is looked for. */
const longestName = 500;
const keywords = [
  "SELECT",
  "DISTINCT",
  "OBJECTS",
  "AS RETAINED SET",
  "FROM",
  "INSTANCEOF",
  "WHERE",
  "AND",
  "OR",
  "NOT",
  "LIKE",
  "IN",
  "GROUP BY",
  "ORDER BY",
  "DESC",
  "LIMIT",
  "UNION",
];

/** What could stand at `offset` of a query that is being typed; the query need not make sense yet. */
export function completeQuery(heap: Heap, text: string, offset: number): Completions {
  const before = text.slice(Math.max(0, offset - longestName), offset);
  const attribute = /@(\w*)$/.exec(before);
  if (attribute !== null) return attributesStarting(attribute[1]!, offset);
  const source = /\bfrom\s+(?:instanceof\s+|objects\s+)?([\w.$]*)$/i.exec(before);
  if (source !== null) return classesStarting(heap, source[1]!, offset);
  const path = /(?<![\w$])([\w$]+)\.([\w$]*)$/.exec(before);
  if (path !== null) return fieldsStarting(heap, text, path[1]!, path[2]!, offset);
  const word = /(?<![\w$])[\w$]*$/.exec(before)![0];
  return wordsStarting(heap, text, word, offset);
}

function attributesStarting(start: string, offset: number): Completions {
  const items = Object.keys(attributes)
    .filter((name) => name.toLowerCase().startsWith(start.toLowerCase()))
    .map((name) => ({ text: name, kind: "attribute" as const, detail: "of the object" }));
  return { from: offset - start.length, items };
}

function classesStarting(heap: Heap, start: string, offset: number): Completions {
  const items = classesBeginning(heap, start, maximumItems).map(({ name, instances }) => ({
    text: name,
    kind: "class" as const,
    detail: formatQuantity(instances, "object"),
  }));
  return { from: offset - start.length, items };
}

function fieldsStarting(heap: Heap, text: string, of: string, start: string, offset: number): Completions {
  const source = sourceOf(text);
  const from = offset - start.length;
  if (source === undefined || (source.alias !== of && of !== "this")) return { from, items: [] };
  return { from, items: fieldItems(heap, source.className, start) };
}

function wordsStarting(heap: Heap, text: string, word: string, offset: number): Completions {
  const wanted = word.toLowerCase();
  const source = sourceOf(text);
  const items: Completion[] = [];
  if (source !== undefined && source.alias === undefined)
    for (const item of fieldItems(heap, source.className, word)) items.push(item);
  for (const [name, { says }] of Object.entries(functions)) {
    if (name.startsWith(wanted)) items.push({ text: name, kind: "function", detail: says });
  }
  for (const name of scriptFunctions) {
    if (name.toLowerCase().startsWith(wanted) && !(name.toLowerCase() in functions) && !aggregates.has(name))
      items.push({ text: name, kind: "function", detail: "of VisualVM's queries" });
  }
  for (const name of aggregates) {
    if (name.startsWith(wanted))
      items.push({ text: name, kind: "function", detail: "over all rows or a group" });
  }
  for (const keyword of keywords) {
    if (keyword.toLowerCase().startsWith(wanted)) items.push({ text: keyword, kind: "keyword", detail: "" });
  }
  return { from: offset - word.length, items: items.slice(0, maximumItems) };
}

/** The class a query is about and the name it gives to its objects, as far as it is typed. */
function sourceOf(text: string): { className: string; alias: string | undefined } | undefined {
  const match =
    /\bfrom\s+(?:instanceof\s+)?"?([\w.$*[\]]+)"?(?:\s+(?!where\b|order\b|group\b|limit\b|union\b)([A-Za-z_$][\w$]*))?/i.exec(
      text,
    );
  return match === null ? undefined : { className: match[1]!, alias: match[2] };
}

function fieldItems(heap: Heap, className: string, start: string): Completion[] {
  const wanted = start.toLowerCase();
  const items = new Map<string, Completion>();
  for (const type of heap.classes.findByName(className)) {
    for (const ancestor of ancestryOf(heap, type)) {
      for (const field of heap.classes.instanceFieldsOf(ancestor)) {
        if (!field.name.toLowerCase().startsWith(wanted) || items.has(field.name)) continue;
        const detail = `${field.type} of ${heap.classes.nameOf(ancestor)}`;
        items.set(field.name, { text: field.name, kind: "field", detail });
      }
    }
  }
  return [...items.values()].slice(0, maximumItems);
}
