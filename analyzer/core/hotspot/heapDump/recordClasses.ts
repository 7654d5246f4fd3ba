import type { ClassLoaderData } from "../classLoaderData";
import { handleValue } from "../classLoaderData";
import { stackChunkSizeAt } from "../heapWalk";
import { fieldsOf, type KlassField } from "../klassFields";
import type { Klass, KlassTable } from "../klassTable";
import type { ObjectLayout } from "../objectLayout";
import type { ObjectReferences } from "../objectReferences";
import type { VmStructs } from "../vmStructs";
import { type RecordClasses, recordKind, stepCopies, stepUnit } from "./virtualHeapDump";

/** A class as the file describes it. */
export interface DumpedClass {
  readonly klass: Klass;
  /** Id of the class object; 0 of a class that has none yet. */
  readonly id: number;
  /** Address of the superclass, 0 for none. */
  readonly superclass: number;
  readonly loader: ClassLoaderData;
  readonly isArray: boolean;
  /** The array in which the JVM keeps strings, method handles and call sites the class has resolved; 0 for none. */
  readonly resolvedReferences: number;
  readonly fields: readonly KlassField[];
}

/** Type codes by the letter a signature begins with. */
const typeCodeByLetter: ReadonlyMap<string, number> = new Map([
  ["L", 2],
  ["[", 2],
  ["Z", 4],
  ["C", 5],
  ["F", 6],
  ["D", 7],
  ["B", 8],
  ["S", 9],
  ["I", 10],
  ["J", 11],
]);

/** Type code of a value in the file; undefined for signatures that cannot be. */
export function typeCodeOf(signature: string): number | undefined {
  return typeCodeByLetter.get(signature[0] ?? "");
}

/** Fillers of free space by log2 of their elements' bytes. */
const fillerTypes: readonly number[] = [8, 9, 10, 11];

const stepByType: Readonly<Record<number, number>> = {
  2: stepCopies.reference,
  4: stepCopies.byte,
  5: stepCopies.short,
  6: stepCopies.int,
  7: stepCopies.long,
  8: stepCopies.byte,
  9: stepCopies.short,
  10: stepCopies.int,
  11: stepCopies.long,
};
const bytesByStep = [8, 1, 2, 4, 8] as const;

/** Fields of damaged classes may claim any offset; no object is longer. */
const farthestField = 1 << 20;
const mostAncestors = 1000;
/** Of all classes: those of damaged ones may be the same, thousands of times. */
const mostFields = 1 << 22;
const mostSteps = 1 << 24;

export interface ClassInputs {
  readonly structs: VmStructs;
  readonly layout: ObjectLayout;
  readonly klasses: KlassTable;
  readonly references: ObjectReferences;
  readonly loaders: readonly ClassLoaderData[];
}

/** Every class of the loaders' lists, by klass index. */
export function readDumpedClasses({ structs, klasses, references, loaders }: ClassInputs): DumpedClass[] {
  const classes: DumpedClass[] = [];
  const object = klasses.byNameOrUndefined("java/lang/Object")?.address ?? 0;
  let fieldsLeft = mostFields;
  for (const loader of loaders) {
    for (const address of loader.klasses) {
      const index = klasses.indexAt(address);
      if (index < 0 || classes[index] !== undefined) continue;
      const klass = klasses.klasses[index]!;
      const isArray = klass.layoutHelper < 0;
      const fields = isArray || fieldsLeft <= 0 ? [] : fieldsOf(structs, klass).filter(isPlausible);
      fieldsLeft -= fields.length;
      classes[index] = {
        klass,
        id: handleValue(structs, references, structs.word(address, ["Klass", "_java_mirror"])),
        // To the JVM an array of strings extends one of objects.
        superclass: isArray ? object : (structs.word(address, ["Klass", "_super"]) ?? 0),
        loader,
        isArray,
        resolvedReferences: isArray ? 0 : resolvedReferences(structs, references, address),
        fields,
      };
    }
  }
  return classes;
}

function resolvedReferences(structs: VmStructs, references: ObjectReferences, klass: number): number {
  const pool = structs.word(klass, ["InstanceKlass", "_constants"]);
  // A handle of JNI in the pool itself in JDK 8.
  const old = structs.word(pool, ["ConstantPool", "_resolved_references"]);
  if (old) return references.handleAt(old) ?? 0;
  const cache = structs.word(pool, ["ConstantPool", "_cache"]);
  return handleValue(structs, references, structs.word(cache, ["ConstantPoolCache", "_resolved_references"]));
}

function isPlausible({ signature, offset }: KlassField): boolean {
  return typeCodeOf(signature) !== undefined && offset >= 0 && offset < farthestField;
}

/** How the records of all objects are made, as plain data for every thread. */
export function recordClassesOf(
  inputs: Pick<ClassInputs, "structs" | "layout" | "klasses">,
  classes: readonly DumpedClass[],
): RecordClasses {
  const { structs, layout, klasses } = inputs;
  const count = classes.length;
  const byAddress = new Map(classes.map((each, index) => [each.klass.address, index]));
  const result = {
    count,
    headers: new Float64Array(count),
    kinds: new Uint8Array(count),
    ids: new Float64Array(count),
    heapBytes: new Float64Array(count),
    fieldBytes: new Uint32Array(count),
    elementTypes: new Uint8Array(count),
    elementShifts: new Uint8Array(count),
    stepStart: new Uint32Array(count + 1),
  };
  const steps: number[] = [];
  const referenceBytes = layout.hasNarrowReferences ? 4 : 8;
  classes.forEach((each, index) => {
    const { klass, id } = each;
    result.headers[index] = headerOf(layout, klass.address);
    result.ids[index] = id;
    result.stepStart[index] = steps.length;
    if (each.isArray) {
      result.heapBytes[index] = (klass.layoutHelper >> 16) & 0xff;
      result.elementShifts[index] = klass.layoutHelper & 0x3f;
      const elementType = elementTypeOf(klass);
      result.elementTypes[index] = elementType;
      result.kinds[index] = elementType === 2 ? recordKind.objectArray : recordKind.primitiveArray;
      return;
    }
    const bytes = klass.layoutHelper - (klass.layoutHelper % 8);
    result.heapBytes[index] = bytes;
    result.kinds[index] = klass.isMirror
      ? recordKind.mirror
      : klass.isStackChunk
        ? recordKind.stackChunk
        : recordKind.instance;
    let fieldBytes = 0;
    for (const ancestor of ancestorsOf(classes, byAddress, index)) {
      for (const { signature, offset, isStatic } of ancestor.fields) {
        if (isStatic || steps.length >= mostSteps) continue;
        const step = stepByType[typeCodeOf(signature)!]!;
        // A field outside its object reads as the object's first bytes, which are there.
        const isInside =
          offset + (step === stepCopies.reference ? referenceBytes : bytesByStep[step]!) <= bytes;
        steps.push((isInside ? offset : 0) * stepUnit + step);
        fieldBytes += bytesByStep[step]!;
      }
    }
    result.fieldBytes[index] = fieldBytes;
  });
  result.stepStart[count] = steps.length;
  const mirrors = classes.map(({ id }) => id).filter((id) => id !== 0);
  return {
    ...result,
    steps: Uint32Array.from(steps),
    mirrors: Float64Array.from(mirrors).sort(),
    mirrorSizeAt: layout.mirrorSizeAt ?? 0,
    mirrorKlassAt: layout.mirrorKlassAt,
    chunkSizeAt: stackChunkSizeAt({ structs, klasses }) ?? 0,
  };
}

/** The class itself, then its superclasses. */
function ancestorsOf(
  classes: readonly DumpedClass[],
  byAddress: ReadonlyMap<number, number>,
  index: number,
): ReadonlySet<DumpedClass> {
  const way = new Set<DumpedClass>();
  let at: DumpedClass | undefined = classes[index];
  while (at !== undefined && way.size < mostAncestors && !way.has(at)) {
    way.add(at);
    at = classes[byAddress.get(at.superclass) ?? -1];
  }
  return way;
}

/** The high two bits of an array's layout helper tell arrays of references from others; names of all but fillers do too. */
function elementTypeOf({ name, layoutHelper }: Klass): number {
  const isOfReferences = layoutHelper >>> 30 === 2;
  if (isOfReferences) return 2;
  const named = typeCodeOf(name.slice(1)) ?? 2;
  if (named !== 2) return named;
  // Fillers of free space are called arrays of objects and are arrays of int.
  return fillerTypes[layoutHelper & 0x3f] ?? 8;
}

function headerOf({ klassIn, narrowKlassBase, narrowKlassShift }: ObjectLayout, address: number): number {
  return klassIn === "wide" ? address : (address - narrowKlassBase) / 2 ** narrowKlassShift;
}
