import type { FieldValue, Heap, ObjectIndex, Value } from "../../heap";
import { entriesOf } from "../collections/entries";
import { numberIn } from "../objects/fieldReads";
import { mainHoldingOf } from "../paths/holders";

const sampled = 200;
const minute = 60_000;
/** What lives longer than a day is, for a process, there for good. */
const longest = 24 * 60 * minute;
/** Who sweeps comes by every minute or so: an element that is overdue for less is not forgotten. */
const sweep = minute;
const mostOverdue = 0.02;
const mostWaitingForSweep = 0.5;
const mostUnknown = 0.1;

const usedName = /(last|this|recent).*(access|use|touch|seen|activ|heartbeat|request|contact)|^_?accessed/i;
const madeName =
  /^_?(creat|issu|insert|start|add|regist|stor|writ|put|login|open)\w*(at|time|ms|millis|stamp|on|instant)$|^timestamp$/i;
const lifeName =
  /ttl|time_?to_?(live|idle)|max_?(inactiv|idle|age)|(inactiv|idle|session)\w*(interval|timeout|time)|^_?timeout|life_?time|valid(ity)?_?(for|sec|mill|period)|expire_?after/i;
const endName = /expir(y|es|ed|ation|e)|valid_?(until|till|to)$|^_?deadline|^until$|not_?after/i;

/** When an element was last used, or made, and how long it may stay, or until when: milliseconds. */
interface Life {
  readonly since: number | undefined;
  readonly lasts: number | undefined;
  readonly ends: number | undefined;
}

/**
 * In words, that the elements have a time to live and hardly one is overdue, as the sessions of a server: somebody takes
 * them out in time, and what is there is what is in use. undefined where they have none, or stay when it is over.
 */
export function timeToLiveOf(heap: Heap, collection: ObjectIndex): string | undefined {
  const lives: Life[] = [];
  let looked = 0;
  for (const { value } of entriesOf(heap, collection)) {
    if (looked >= sampled) break;
    looked++;
    const element = heap.indexOf(value);
    const life = element === undefined ? undefined : lifeOf(heap, element);
    if (life !== undefined) lives.push(life);
  }
  if (looked === 0 || lives.length < (1 - mostUnknown) * looked) return undefined;
  const ofAll = lives.some(({ lasts, ends }) => lasts === undefined && ends === undefined)
    ? lifeForAll(heap, collection)
    : undefined;
  // The dump was taken when the newest was used, or later.
  const now = lives.reduce((newest, { since = 0 }) => Math.max(newest, since), heap.takenAt() ?? 0);
  const overdue = lives.map((life) => overdueFor(life, ofAll, now));
  if (overdue.filter((late) => late === undefined).length > mostUnknown * lives.length) return undefined;
  const share = (least: number) => overdue.filter((late) => late! > least).length / lives.length;
  if (share(sweep) > mostOverdue || share(0) > mostWaitingForSweep) return undefined;
  return "its elements have a time to live, and hardly one of them is overdue";
}

/** Milliseconds by which an element has outlived its time; undefined when it has no such time, or one that does not end. */
function overdueFor(
  { since, lasts, ends }: Life,
  ofAll: number | undefined,
  now: number,
): number | undefined {
  const life = lasts ?? ofAll;
  const end = ends ?? (since === undefined || life === undefined ? undefined : since + life);
  if (end === undefined || end - (since ?? now) > longest) return undefined;
  return now - end;
}

/** What an element, or an object it consists of, says of its time; undefined when it says nothing. */
function lifeOf(heap: Heap, element: ObjectIndex): Life | undefined {
  if (isPlain(heap, element)) return undefined;
  const fields = heap.fieldsOf(element);
  const own = lifeIn(heap, fields);
  if (own !== undefined) return own;
  for (const { value } of fields) {
    const part = value.type === "object" ? heap.indexOf(value.id) : undefined;
    const life = part === undefined || isPlain(heap, part) ? undefined : lifeIn(heap, heap.fieldsOf(part));
    if (life !== undefined) return life;
  }
  return undefined;
}

function isPlain(heap: Heap, object: ObjectIndex): boolean {
  return heap.elementTypeOf(object) !== undefined || /^java\./.test(heap.classNameOf(object));
}

function lifeIn(heap: Heap, fields: readonly FieldValue[]): Life | undefined {
  const first = (name: RegExp, read: (value: Value, name: string) => number | undefined) => {
    for (const field of fields) {
      const found = name.test(field.name) ? read(field.value, field.name) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const moment = (value: Value) => momentOf(heap, value);
  const since = first(usedName, moment) ?? first(madeName, moment);
  const ends = first(endName, moment);
  if (since === undefined && ends === undefined) return undefined;
  return { since, ends, lasts: first(lifeName, (value, name) => durationOf(heap, value, name)) };
}

/** What the object that keeps the collection, or its class, says of all elements. */
function lifeForAll(heap: Heap, collection: ObjectIndex): number | undefined {
  const holder = mainHoldingOf(heap, collection)?.holder;
  if (holder === undefined) return undefined;
  const type = heap.classOfClassObject(holder);
  const statics = heap.classes.staticFieldsOf(type ?? heap.classOf(holder));
  for (const { name, value } of [...(type === undefined ? heap.fieldsOf(holder) : []), ...statics]) {
    const life = lifeName.test(name) ? durationOf(heap, value, name) : undefined;
    if (life !== undefined) return life;
  }
  return undefined;
}

/** 2001 to 2100, in milliseconds. */
const firstMoment = 978_307_200_000;
const lastMoment = 4_102_444_800_000;

function momentOf(heap: Heap, value: Value): number | undefined {
  const object = value.type === "object" ? heap.indexOf(value.id) : undefined;
  const number = value.type === "object" ? momentIn(heap, object) : Number(value.value);
  if (number === undefined) return undefined;
  return [number, 1000 * number].find((moment) => moment >= firstMoment && moment < lastMoment);
}

function momentIn(heap: Heap, object: ObjectIndex | undefined): number | undefined {
  if (object === undefined) return undefined;
  switch (heap.classNameOf(object)) {
    case "java.util.Date":
      return numberIn(heap, object, "fastTime");
    case "java.time.Instant":
      return numberIn(heap, object, "seconds");
    case "java.lang.Long":
    case "java.util.concurrent.atomic.AtomicLong":
      return numberIn(heap, object, "value");
    default:
      return undefined;
  }
}

/** A duration in milliseconds; without an end where it is not above 0. */
function durationOf(heap: Heap, value: Value, name: string): number | undefined {
  const object = value.type === "object" ? heap.indexOf(value.id) : undefined;
  const isDuration = object !== undefined && heap.classNameOf(object) === "java.time.Duration";
  const stated = value.type === "object" ? undefined : Number(value.value) * unitOf(name);
  const duration = isDuration ? 1000 * (numberIn(heap, object, "seconds") ?? 0) : stated;
  return duration === undefined || duration > 0 ? duration : Number.POSITIVE_INFINITY;
}

/** Servlet sessions count seconds; all else is in milliseconds unless its name says otherwise. */
function unitOf(name: string): number {
  if (/nano/i.test(name)) return 1e-6;
  if (/milli|ms$/i.test(name)) return 1;
  if (/min(ute)?s?$/i.test(name)) return minute;
  return /sec(ond)?s?$|inactive_?interval$/i.test(name) ? 1000 : 1;
}
