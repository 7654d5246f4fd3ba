import type { Work } from "../../base/work";
import type { Heap, ObjectIndex } from "../../heap/heap";
import { entryKeyOf, entryValueOf } from "../../heap/java/collections/entry";
import { describedHeap } from "../../heap/java/objects/describedHeap";
import { ancestryOf } from "../../heap/java/objects/fieldReads";
import { arrayPart, entryPart, inspectObject } from "../../heap/java/objects/inspector";
import { rootsInWords } from "../../heap/java/paths/rootFacts";
import { loaderNameOf } from "../../heap/java/program/loaderNames";
import type { ArrayPartResult, EntriesResult, InspectResult } from "../../protocol/heap/inspector";
import { dominatorOfRow, objectRow } from "../graph/objectRows";
import { valueRow } from "./valueRows";

/** Rows of one page at most: a client that asks for more gets this many. */
const maximumPage = 10_000;

export function inspectRows(heap: Heap, object: ObjectIndex): InspectResult {
  const graph = describedHeap(heap);
  const { asClass, fields, array, collection, text } = inspectObject(heap, object);
  const type = asClass ?? heap.classOf(object);
  return {
    object: objectRow(graph, object),
    loader: loaderNameOf(heap, heap.classes.loaderIdOf(type)),
    roots: rootsInWords(heap, object),
    superclasses: [...ancestryOf(heap, type)].map((each) => heap.classes.nameOf(each)),
    fields: fields.map(({ declaredBy, name, static: isStatic, value }) => ({
      className: heap.classes.nameOf(declaredBy),
      name,
      static: isStatic,
      value: valueRow(heap, value),
    })),
    ...(array === undefined ? {} : { array }),
    ...(collection === undefined
      ? {}
      : {
          collection: {
            kind: collection.kind,
            ...(collection.size === undefined ? {} : { size: collection.size }),
            ...(collection.capacity === undefined ? {} : { capacity: collection.capacity }),
          },
        }),
    ...(text === undefined ? {} : { text }),
    ...dominatorOfRow(graph, object),
  };
}

export function arrayRows(heap: Heap, object: ObjectIndex, start: number, count: number): ArrayPartResult {
  const part = arrayPart(heap, object, start, Math.min(count, maximumPage));
  const bytes =
    part.type === "byte" || part.type === "char"
      ? heap.primitiveBytesOf(object, part.start, part.values.length)
      : undefined;
  const text = bytes === undefined ? undefined : printableText(bytes, part.type === "char");
  return {
    type: part.type,
    length: part.length,
    start: part.start,
    values: part.values.map((value) => valueRow(heap, value)),
    ...(bytes === undefined || part.type !== "byte" ? {} : { hex: hexOf(bytes) }),
    ...(text === undefined ? {} : { text }),
  };
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The text of bytes or chars when nearly all of them are printable; undefined otherwise. */
function printableText(bytes: Uint8Array, wide: boolean): string | undefined {
  const text = wide ? bigEndianText(bytes) : new TextDecoder("utf-8").decode(bytes);
  if (text.length === 0) return undefined;
  let printable = 0;
  for (const character of text) {
    if (character >= " " ? character !== "\ufffd" : "\t\n\r".includes(character)) printable++;
  }
  return printable >= 0.9 * text.length ? text : undefined;
}

function bigEndianText(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    text += String.fromCharCode(bytes[at]! * 256 + bytes[at + 1]!);
  }
  return text;
}

export function entryRows(
  heap: Heap,
  object: ObjectIndex,
  start: number,
  count: number,
  work: Work,
): EntriesResult {
  const part = entryPart(heap, object, start, Math.min(count, maximumPage), work);
  const rows = part.entries.map((entry, at) => {
    const key = entryKeyOf(entry);
    return {
      position: start + at,
      ...(key === undefined ? {} : { key: valueRow(heap, key) }),
      value: valueRow(heap, entryValueOf(entry)),
    };
  });
  return { start, end: start + rows.length, total: part.total, rows, moreToCome: part.moreToCome };
}
