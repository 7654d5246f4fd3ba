import { findInText } from "../../../base/secrets/findInText";
import { isSecretName, isSecretValue, type SecretKind } from "../../../base/secrets/secretKinds";
import { type SecretHolder, type SecretScan, SecretTally } from "../../../base/secrets/secretTally";
import type { Work } from "../../../base/work";
import { type ClassIndex, type Heap, noTarget, type ObjectIndex } from "../../heap";
import { stringOf } from "../objects/strings";
import { findNumberFields } from "./numberFields";

/** Arrays are looked through in pieces that overlap, so that nothing is cut in two. */
const pieceLength = 1 << 16;
const pieceOverlap = 1 << 9;
/** Of longer ones only the beginning is looked through: what they hold is rarely text. */
const longestText = 64 << 20;
const mostHoldersOfOne = 8;
/** Findings whose holders are looked for at once. */
const placesAtOnce = 4096;
const mapEntries = [
  "java.util.HashMap$Node",
  "java.util.LinkedHashMap$Entry",
  "java.util.concurrent.ConcurrentHashMap$Node",
  "java.util.Hashtable$Entry",
];

interface Place {
  readonly kind: SecretKind;
  readonly value: string;
  readonly object: ObjectIndex;
  readonly holder?: SecretHolder;
}

/**
 * Looks for secrets in everything of a heap that can be text, in numbers whose fields say so, and in constants of
 * classes; and tells who holds them. Values stay masked.
 * @param constants texts that no object has to hold
 */
export function scanSecrets(
  heap: Heap,
  constants: Iterable<string>,
  work: Work,
): SecretScan<ObjectIndex | undefined> {
  const tally = new SecretTally<ObjectIndex | undefined>();
  const places: Place[] = [];
  const keep = (place: Place) => {
    places.push(place);
    if (places.length >= placesAtOnce) gather(heap, places.splice(0), tally, work);
  };
  const figures = scanArrays(heap, keep, work);
  scanNamedFields(heap, keep, work);
  scanMapEntries(heap, keep, work);
  gather(heap, places, tally, work);
  findNumberFields(
    heap,
    ({ kind, value, object, className, field }) =>
      tally.add(kind, value, { holder: className, field, isNumber: true }, object),
    work,
  );
  const texts = figures.texts + scanConstants(constants, tally, work);
  return { ...figures, texts, findings: tally.findings(), notKept: tally.notKept };
}

function scanConstants(
  constants: Iterable<string>,
  tally: SecretTally<ObjectIndex | undefined>,
  work: Work,
): number {
  let texts = 0;
  for (const text of constants) {
    if ((texts++ & 0x3ff) === 0) work.throwIfCancelled();
    findInText(text, ({ kind, value }) =>
      tally.add(kind, value, { holder: "constants of classes" }, undefined),
    );
  }
  return texts;
}

function scanArrays(heap: Heap, keep: (place: Place) => void, work: Work) {
  let texts = 0;
  let cutTexts = 0;
  for (const name of ["byte[]", "char[]"]) {
    for (const type of heap.classes.findByName(name)) {
      const count = Math.max(1, heap.classes.instanceCountOf(type));
      let seen = 0;
      heap.forEachInstance(type, (array) => {
        if ((seen++ & 0x3ff) === 0) {
          work.throwIfCancelled();
          work.report("Looking for secrets", seen / count);
        }
        const length = heap.lengthOf(array);
        if (length < 5) return true;
        texts++;
        const isChars = name === "char[]";
        for (let from = 0; from < length; from += pieceLength - pieceOverlap) {
          if (from > 0) work.throwIfCancelled();
          if (from >= longestText) {
            cutTexts++;
            break;
          }
          const text = textOfArray(heap.primitiveBytesOf(array, from, pieceLength), isChars);
          findInText(text, ({ kind, value, end }) => {
            // What lies in the overlap was found in the piece before.
            if (from === 0 || end > pieceOverlap) keep({ kind, value, object: array });
          });
          if (from + pieceLength >= length) break;
        }
        return true;
      });
    }
  }
  return { texts, cutTexts };
}

/** Latin-1, or UTF-16 where every second byte says so. */
function textOfArray(bytes: Uint8Array, isChars: boolean): string {
  if (isChars) return new TextDecoder("utf-16be").decode(bytes);
  let zeros = 0;
  const looked = Math.min(bytes.length, 256);
  for (let k = 1; k < looked; k += 2) if (bytes[k] === 0 || bytes[k] === 4) zeros++;
  const isWide = bytes.length % 2 === 0 && zeros > looked / 4;
  return new TextDecoder(isWide ? "utf-16le" : "latin1").decode(bytes);
}

/** Fields whose names say that they hold a secret. */
function scanNamedFields(heap: Heap, keep: (place: Place) => void, work: Work): void {
  const namesByClass = new Map<ClassIndex, string[]>();
  const names = new Set<string>();
  for (let k = 0; k < heap.classes.count; k++) {
    const type = k as ClassIndex;
    if (/^(?:java|jdk|sun)\./.test(heap.classes.nameOf(type))) continue;
    const found = heap.classes
      .instanceFieldsOf(type)
      .filter((field) => field.type === "object" && isSecretName(field.name))
      .map(({ name }) => name);
    if (found.length > 0) namesByClass.set(type, found);
    for (const name of found) names.add(name);
  }
  if (names.size === 0) return;
  const fields = [...names];
  const wanted = new Uint8Array(heap.classes.count);
  for (let k = 0; k < wanted.length; k++) {
    for (const type of namesByClass.keys()) {
      if (heap.classes.isSubclassOf(k as ClassIndex, type)) wanted[k] = 1;
    }
  }
  heap.sweepFields(
    wanted,
    fields.map((name) => [name]),
    (object, targets) => {
      for (let at = 0; at < fields.length; at++) {
        const target = targets[at]!;
        if (target <= noTarget) continue;
        const value = secretTextOf(heap, target as ObjectIndex);
        if (value === undefined) continue;
        const holder = { holder: heap.classNameOf(object), field: fields[at]! };
        keep({ kind: "named-value", value, object: target as ObjectIndex, holder });
      }
    },
    work,
  );
}

/** Values of maps and properties whose key says that they are secret. */
function scanMapEntries(heap: Heap, keep: (place: Place) => void, work: Work): void {
  const wanted = new Uint8Array(heap.classes.count);
  for (const name of mapEntries) for (const type of heap.classes.findByName(name)) wanted[type] = 1;
  if (!wanted.includes(1)) return;
  const strings = new Set<number>(heap.classes.findByName("java.lang.String"));
  heap.sweepFields(
    wanted,
    [["key"], ["value", "val"]],
    (object, targets) => {
      const [key, value] = [targets[0]!, targets[1]!] as [ObjectIndex, ObjectIndex];
      if (key <= noTarget || value <= noTarget || !strings.has(heap.classOf(key))) return;
      const name = stringOf(heap, key, 101);
      if (name === undefined || !isSecretName(name)) return;
      const text = secretTextOf(heap, value);
      if (text === undefined) return;
      keep({
        kind: "named-value",
        value: text,
        object: value,
        holder: { holder: heap.classNameOf(object), field: "value" },
      });
    },
    work,
  );
}

/** What a string, a char array or a byte array says, when it can be a secret. */
function secretTextOf(heap: Heap, object: ObjectIndex): string | undefined {
  const type = heap.elementTypeOf(object);
  let text: string | undefined;
  if (type === "char" || type === "byte") {
    text = textOfArray(heap.primitiveBytesOf(object, 0, 4096), type === "char").split("\0", 1)[0]!;
    if (!/^[ -~]+$/.test(text)) return undefined;
  } else if (type === undefined && heap.classNameOf(object) === "java.lang.String") {
    text = stringOf(heap, object, 4097);
  }
  return text !== undefined && isSecretValue(text) ? text : undefined;
}

function gather(
  heap: Heap,
  places: readonly Place[],
  tally: SecretTally<ObjectIndex | undefined>,
  work: Work,
): void {
  if (places.length > 0) heap.listReferrers(work);
  let last: { readonly object: ObjectIndex; readonly holder: SecretHolder } | undefined;
  for (const { kind, value, object, holder } of places) {
    work.throwIfCancelled();
    if (holder !== undefined) tally.add(kind, value, holder, object);
    else {
      // Of what one array holds, one after another, the holder is the same.
      if (last?.object !== object) last = { object, holder: holderOf(heap, object) };
      tally.add(kind, value, last.holder, object);
    }
  }
}

/** The field that refers to an array, or to the string whose array it is. */
function holderOf(heap: Heap, array: ObjectIndex): SecretHolder {
  const own: SecretHolder = { holder: heap.classNameOf(array) };
  let best = own;
  for (const referrer of heap.referrersOf(array).slice(0, mostHoldersOfOne)) {
    const isString = heap.classNameOf(referrer) === "java.lang.String";
    const held = isString ? referrer : array;
    const holders = isString ? heap.referrersOf(referrer).slice(0, mostHoldersOfOne) : [referrer];
    if (isString && best === own) best = { holder: "java.lang.String" };
    for (const holder of holders) {
      if (heap.elementTypeOf(holder) !== undefined) {
        // One of its elements, of which there may be millions.
        best = { holder: heap.classNameOf(holder) };
        continue;
      }
      const reference = heap.referencesOf(holder).find(({ target }) => target === held);
      const meant = heap.classOfClassObject(holder);
      const className = meant === undefined ? heap.classNameOf(holder) : heap.classes.nameOf(meant);
      if (reference?.name !== undefined) return { holder: className, field: reference.name };
      best = { holder: className };
    }
  }
  return best;
}
