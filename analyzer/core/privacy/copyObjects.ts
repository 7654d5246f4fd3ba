import { dictionary } from "../../base/dictionary";
import { javaClassName } from "../../base/javaClassName";
import type { RedactionLevel } from "../../base/secrets/redactionLevel";
import type { Work } from "../../base/work";
import { isStructuralField, isStructuralStatic } from "../../heap/hprof/rewrite/structuralFields";
import { walkHeap } from "../hotspot/heapWalk";
import type { JavaVirtualMachine } from "../hotspot/javaVirtualMachine";
import { fieldsOf, type KlassField } from "../hotspot/klassFields";
import { type Klass, KlassTable } from "../hotspot/klassTable";
import { type ObjectLayout, readObjectLayout } from "../hotspot/objectLayout";
import { readObjectReferences } from "../hotspot/objectReferences";
import type { VmStructs } from "../hotspot/vmStructs";
import type { AddressedCopy } from "./addressedCopy";
import { isPointer, type WordRules } from "./maskWords";
import type { MemoryPlan } from "./redactionPlan";

const pieceBytes = 256 << 10;
const mostAncestors = 4096;
const widths = dictionary({ Z: 1, B: 1, C: 2, S: 2, I: 4, F: 4, J: 8, D: 8 });

/** How objects of one class are copied. */
type ObjectCopy =
  | { readonly what: "all" }
  | { readonly what: "header"; readonly bytes: number }
  /** The header, references, and what says how collections and threads are built. */
  | { readonly what: "slots"; readonly slots: readonly Slot[] };

interface Slot {
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Copies the objects of a JVM's heap: headers, references and elements of object arrays; contents by level. What is
 * between objects stays zero.
 * @throws ExhumeError `cancelled`
 */
export function copyObjects({ image, level, rules, jvm }: MemoryPlan, copy: AddressedCopy, work: Work): void {
  const layout = jvm === undefined ? undefined : readObjectLayout(jvm.structs, jvm.flags);
  if (jvm?.heap === undefined || layout === undefined) return;
  const { memory } = image;
  const { structs, flags, threads, heap } = jvm;
  const klasses = new KlassTable(structs);
  const plans: (ObjectCopy | undefined)[] = [];
  const statics = level === "fields" || level === "names" ? staticSlots(jvm, layout) : undefined;
  const piece = new Uint8Array(pieceBytes);
  walkHeap(
    { memory, structs, flags, layout, klasses, spaces: heap.spaces, threads },
    (address, index, bytes) => {
      const klass = klasses.klasses[index]!;
      plans[index] ??= planOf(structs, klasses, klass, layout, level);
      const plan = plans[index];
      const own = plan.what === "header" ? Math.min(plan.bytes, bytes) : bytes;
      for (let done = 0; done < own; done += pieceBytes) {
        if (done > 0) work.throwIfCancelled();
        const part = piece.subarray(0, Math.min(pieceBytes, own - done));
        const got = memory.readAt(address + done, part);
        const read = part.subarray(0, got);
        if (plan.what === "slots") {
          const more = klass.isMirror ? (statics?.get(address) ?? []) : [];
          keepSlots(read, address + done, done, [...plan.slots, ...more], rules);
        }
        copy.put(address + done, read);
        if (got < part.length) return;
      }
    },
    work,
  );
  copy.flush();
}

function planOf(
  structs: VmStructs,
  klasses: KlassTable,
  { address, name, layoutHelper, isMirror }: Klass,
  layout: ObjectLayout,
  level: RedactionLevel,
): ObjectCopy {
  if (layoutHelper < 0) {
    // The two highest bits of an array's helper: 10 objects, 11 primitives.
    const isPrimitive = layoutHelper >> 30 === -1;
    if (!isPrimitive) return { what: "all" };
    const isText = name === "[B" || name === "[C";
    return level === "strings" && !isText
      ? { what: "all" }
      : { what: "header", bytes: (layoutHelper >> 16) & 0xff };
  }
  if (level === "strings" || level === "arrays") return { what: "all" };
  const slots: Slot[] = [
    { offset: 0, bytes: layout.klassIn === "wide" ? 16 : layout.klassIn === "mark" ? 8 : 12 },
  ];
  if (isMirror && layout.mirrorSizeAt !== undefined) slots.push({ offset: layout.mirrorSizeAt, bytes: 4 });
  let at: number | undefined = address;
  for (let depth = 0; at && depth < mostAncestors; depth++) {
    const owner: Klass | undefined = klasses.klasses[klasses.indexAt(at)];
    if (owner === undefined) break;
    const ownerName = javaClassName(owner.name);
    for (const field of fieldsOf(structs, owner)) {
      if (field.isStatic) continue;
      const slot = slotOf(field, layout, isStructuralField(ownerName, field.name));
      if (slot !== undefined) slots.push(slot);
    }
    at = structs.word(at, ["Klass", "_super"]);
  }
  return { what: "slots", slots };
}

function slotOf(
  { signature, offset }: KlassField,
  layout: ObjectLayout,
  isStructural: boolean,
): Slot | undefined {
  const isReference = signature.startsWith("L") || signature.startsWith("[");
  if (isReference) return { offset, bytes: layout.hasNarrowReferences ? 4 : 8 };
  const bytes = widths[signature];
  return isStructural && bytes !== undefined ? { offset, bytes } : undefined;
}

/** Static references, by the address of the mirror they are in. */
function staticSlots({ structs }: JavaVirtualMachine, layout: ObjectLayout): Map<number, Slot[]> {
  const references = readObjectReferences(structs, layout);
  const slots = new Map<number, Slot[]>();
  const table = new KlassTable(structs);
  table.forEachKnown((klass) => {
    if (klass.layoutHelper < 0) return;
    const handle = structs.word(klass.address, ["Klass", "_java_mirror"]);
    const mirror = handle ? references.handleAt(handle) : undefined;
    if (!mirror) return;
    const own = fieldsOf(structs, klass)
      .filter(({ isStatic }) => isStatic)
      .map((field) => slotOf(field, layout, isStructuralStatic(javaClassName(klass.name), field.name)))
      .filter((slot) => slot !== undefined);
    if (own.length > 0) slots.set(mirror, own);
  });
  return slots;
}

/** Leaves of a piece of an object the slots, addresses of native memory and what is kept by place. */
function keepSlots(
  bytes: Uint8Array,
  address: number,
  offset: number,
  slots: readonly Slot[],
  rules: WordRules,
): void {
  const original = bytes.slice();
  const view = new DataView(original.buffer);
  bytes.fill(0);
  for (let at = 0; at + 4 <= original.length; at += 4) {
    if (rules.kept.has(address + at)) bytes.set(original.subarray(at, at + 4), at);
    if ((address + at) % 8 !== 0 || at + 8 > original.length) continue;
    if (isPointer(view.getUint32(at, true), view.getUint32(at + 4, true), rules))
      bytes.set(original.subarray(at, at + 8), at);
  }
  for (const slot of slots) {
    const from = slot.offset - offset;
    if (from < 0 || from + slot.bytes > original.length) continue;
    bytes.set(original.subarray(from, from + slot.bytes), from);
  }
}
