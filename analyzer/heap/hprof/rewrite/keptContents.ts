import { ExhumeError } from "../../../base/errors";
import { type KeptByName, matchesName } from "../../../base/secrets/redactionLevel";
import type { Work } from "../../../base/work";
import type { Segment } from "../../../formats/hprof/outline";
import { walkRecords } from "../../../formats/hprof/subRecords";
import { heapTag, primitiveBytes } from "../../../formats/hprof/tags";
import { type IdKey, readIdKey, type Window } from "../../../formats/hprof/window";
import { type ClassLayout, type FieldPlace, isReference, keyOfId } from "./classLayouts";
import { WideIdSet } from "./idSets";

const keptMaximum = 1_000_000;
const longestThreadName = 4096;

export interface HeapRecords {
  readonly window: Window;
  readonly segments: readonly Segment[];
  readonly idSize: 4 | 8;
  readonly layouts: ReadonlyMap<IdKey, ClassLayout>;
}

/** Whether the value of a field stays by what was asked for. */
export function keepsField(kept: KeptByName, className: string, field: string): boolean {
  return (
    kept.classes.some((pattern) => matchesName(pattern, className)) ||
    kept.fields.includes(`${className}#${field}`)
  );
}

/** Arrays that hold the characters of strings; names of threads were char arrays once. */
export function textArrays(records: HeapRecords, work: Work): WideIdSet {
  const found = new WideIdSet();
  forEachReference(
    records,
    ({ className, name }) =>
      (className === "java.lang.String" && name === "value") ||
      (className === "java.lang.Thread" && name === "name"),
    work,
    (_holder, _field, target) => found.add(target),
  );
  return found;
}

/** Ids of primitive arrays whose contents stay: what kept fields refer to, themselves or through a string. */
export function keptArrays(records: HeapRecords, kept: KeptByName, work: Work): ReadonlySet<IdKey> {
  const arrays = new Set<IdKey>();
  if (kept.classes.length + kept.fields.length + kept.threads.length === 0) return arrays;
  const threadNames = new Set<IdKey>();
  const add = (to: Set<IdKey>, id: IdKey) => {
    if (to.size >= keptMaximum) {
      const what = `More than ${keptMaximum} objects would be kept; name fewer classes and fields`;
      throw new ExhumeError({ code: "invalid", what });
    }
    to.add(id);
  };
  const isThreadName = ({ className, name }: FieldPlace) =>
    className === "java.lang.Thread" && name === "name";
  forEachReference(
    records,
    (field, holder) =>
      keepsField(kept, field.className, field.name) ||
      keepsField(kept, holder, field.name) ||
      (kept.threads.length > 0 && isThreadName(field)),
    work,
    (holder, field, target) => {
      if (keepsField(kept, field.className, field.name) || keepsField(kept, holder, field.name))
        add(arrays, target);
      else add(threadNames, target);
    },
  );
  for (const { name, dump, staticNames } of records.layouts.values()) {
    dump.statics.forEach(({ reference }, at) => {
      if (reference !== 0n && keepsField(kept, name, staticNames[at]!)) add(arrays, keyOfId(reference));
    });
  }
  const namesOfThreads = new Set<IdKey>(threadNames);
  forEachReference(
    records,
    ({ className, name }) => className === "java.lang.String" && name === "value",
    work,
    (_holder, _field, target, string) => {
      if (arrays.has(string)) add(arrays, target);
      if (threadNames.has(string)) add(namesOfThreads, target);
    },
  );
  if (namesOfThreads.size > 0) keepNames(records, namesOfThreads, new Set(kept.threads), arrays, work);
  return arrays;
}

function keepNames(
  { window, segments, idSize }: HeapRecords,
  candidates: ReadonlySet<IdKey>,
  wanted: ReadonlySet<string>,
  arrays: Set<IdKey>,
  work: Work,
): void {
  for (const { start, end } of segments) {
    work.throwIfCancelled();
    walkRecords(window, start, end, idSize, (tag, position, bytes) => {
      if (tag !== heapTag.primitiveArray || bytes > longestThreadName) return true;
      const at = window.at(position, bytes);
      const id = readIdKey(window.view, at + 1, idSize);
      if (!candidates.has(id)) return true;
      const data = window.bytes.slice(at + 10 + idSize, at + bytes);
      const isChars = primitiveBytes[window.bytes[at + 9 + idSize]!] === 2;
      const spellings = isChars ? ["utf-16be"] : ["latin1", "utf-16le"];
      if (spellings.some((encoding) => wanted.has(new TextDecoder(encoding).decode(data)))) arrays.add(id);
      return true;
    });
  }
}

/** Reads fields that are wanted of all instances, in the order of the file. */
function forEachReference(
  { window, segments, idSize, layouts }: HeapRecords,
  wanted: (field: FieldPlace, holder: string) => boolean,
  work: Work,
  visit: (holder: string, field: FieldPlace, target: IdKey, object: IdKey) => void,
): void {
  const places = new Map<IdKey, readonly FieldPlace[]>();
  for (const [id, { name, fields }] of layouts) {
    const some = fields.filter((field) => isReference(field) && wanted(field, name));
    if (some.length > 0) places.set(id, some);
  }
  if (places.size === 0) return;
  const headBytes = 9 + 2 * idSize;
  let records = 0;
  for (const { start, end } of segments) {
    walkRecords(window, start, end, idSize, (tag, position, bytes) => {
      if ((++records & 0xffff) === 0) {
        work.throwIfCancelled();
        work.report("Looking for strings", position / window.source.byteLength);
      }
      if (tag !== heapTag.instance) return true;
      const head = window.at(position, headBytes);
      const type = readIdKey(window.view, head + 5 + idSize, idSize);
      const fields = places.get(type);
      if (fields === undefined) return true;
      const object = readIdKey(window.view, head + 1, idSize);
      for (const field of fields) {
        const from = headBytes + field.offset;
        if (from + idSize > bytes) continue;
        const target = readIdKey(window.view, window.at(position + from, idSize), idSize);
        if (target !== 0) visit(layouts.get(type)!.name, field, target, object);
      }
      return true;
    });
  }
}
