import { javaClassName } from "../../../base/javaClassName";
import type { ProblemList } from "../../../base/problems";
import type { ClassDump } from "../../../formats/hprof/classDump";
import type { DumpOutline } from "../../../formats/hprof/outline";
import { basicTypeBytes, basicTypeName, objectType } from "../../../formats/hprof/tags";
import { type IdKey, idKey } from "../../../formats/hprof/window";
import type { FieldInfo } from "../../heap";
import { hashClasses, type KernelClasses } from "./kernelClasses";

export interface StaticField extends FieldInfo {
  /** File offset of its value. */
  readonly position: number;
}

/** What the index keeps of a class: structure, no contents. */
export interface ClassRow {
  /** 0n for classes the file does not describe but objects need (primitive arrays, unknown ids). */
  readonly id: bigint;
  readonly name: string;
  /** Class index of the superclass, -1 when there is none. */
  readonly superclass: number;
  readonly loaderId: bigint;
  readonly signersId: bigint;
  readonly protectionDomainId: bigint;
  readonly fields: readonly FieldInfo[];
  readonly statics: readonly StaticField[];
  /** Ids held by statics and the constant pool; edges of the class object. */
  readonly staticReferences: readonly bigint[];
  readonly constants: readonly bigint[];
  /** As the writer states it; the real instance size on Android. */
  readonly statedBytes: number;
}

const primitiveArrayNames: readonly (string | undefined)[] = [
  undefined,
  undefined,
  undefined,
  undefined,
  "boolean[]",
  "char[]",
  "float[]",
  "double[]",
  "byte[]",
  "short[]",
  "int[]",
  "long[]",
];

/** Name of the class objects of unknown classes are counted under. */
export const unknownClassName = "(unknown class)";

/** Names classes, links superclasses (cycles are cut) and adds the classes the file should have but has not. */
export function makeClassRows(
  dumps: readonly ClassDump[],
  outline: DumpOutline,
  problems: ProblemList,
): ClassRow[] {
  const texts = new Map<IdKey, string>();
  const text = (id: IdKey): string => {
    let found = texts.get(id);
    if (found === undefined) {
      found = outline.textOf(id) ?? `(name ${id.toString(16)})`;
      texts.set(id, found);
    }
    return found;
  };
  const key = (id: bigint): IdKey => idKey(Number(id >> 32n), Number(id & 0xffffffffn));
  const unique = new Map<bigint, ClassDump>();
  for (const dump of dumps) {
    if (!unique.has(dump.id)) unique.set(dump.id, dump);
    else {
      problems.add({
        code: "duplicate-class",
        message: `Class 0x${dump.id.toString(16)} is described twice; the first description counts.`,
        losesData: false,
      });
    }
  }
  const indexById = new Map([...unique.keys()].map((id, index) => [id, index]));
  const rows: ClassRow[] = [...unique.values()].map((dump) => {
    const nameId = outline.classNameIds.get(key(dump.id));
    const superclass = dump.superId === 0n ? -1 : (indexById.get(dump.superId) ?? -1);
    if (dump.superId !== 0n && superclass < 0) {
      problems.add({
        code: "missing-superclass",
        message: `Superclass 0x${dump.superId.toString(16)} of class 0x${dump.id.toString(16)} is not in the file.`,
        losesData: true,
      });
    }
    return {
      id: dump.id,
      name: nameId === undefined ? `(class 0x${dump.id.toString(16)})` : javaClassName(text(nameId)),
      superclass,
      loaderId: dump.loaderId,
      signersId: dump.signersId,
      protectionDomainId: dump.protectionDomainId,
      fields: dump.fields.map((field) => ({
        name: text(key(field.nameId)),
        type: basicTypeName[field.type]!,
      })),
      statics: dump.statics.map((field) => ({
        name: text(key(field.nameId)),
        type: basicTypeName[field.type]!,
        position: field.position,
      })),
      staticReferences: dump.statics
        .filter((field) => field.reference !== 0n)
        .map((field) => field.reference),
      constants: dump.constants,
      statedBytes: dump.instanceBytes,
    };
  });
  cutCycles(rows, problems);
  const names = new Set(rows.map((row) => row.name));
  for (const name of [...primitiveArrayNames, "java.lang.Class", unknownClassName]) {
    if (name !== undefined && !names.has(name)) rows.push(madeUpClass(name));
  }
  return rows;
}

function madeUpClass(name: string): ClassRow {
  return {
    id: 0n,
    name,
    superclass: -1,
    loaderId: 0n,
    signersId: 0n,
    protectionDomainId: 0n,
    fields: [],
    statics: [],
    staticReferences: [],
    constants: [],
    statedBytes: 0,
  };
}

function cutCycles(rows: ClassRow[], problems: ProblemList): void {
  // 0 unknown, 1 on the way, 2 ends at a class without superclass
  const state = new Uint8Array(rows.length);
  for (let start = 0; start < rows.length; start++) {
    const way: number[] = [];
    let at = start;
    while (at >= 0 && state[at] === 0) {
      state[at] = 1;
      way.push(at);
      at = rows[at]!.superclass;
    }
    if (at >= 0 && state[at] === 1) {
      const last = way[way.length - 1]!;
      problems.add({
        code: "cyclic-superclasses",
        message: `Class ${rows[last]!.name} is its own ancestor; its superclass is ignored.`,
        losesData: true,
      });
      rows[last] = { ...rows[last]!, superclass: -1 };
    }
    for (const index of way) state[index] = 2;
  }
}

/** Classes from `type` up to its last ancestor: the order of fields in instance data. */
export function classChain(rows: readonly ClassRow[], type: number): ClassRow[] {
  const chain: ClassRow[] = [];
  for (let at = type; at >= 0; at = rows[at]!.superclass) chain.push(rows[at]!);
  return chain;
}

/**
 * Which fields are not strong edges: the one table. A collector clears or enqueues through this field of
 * java.lang.ref.Reference whatever the subclass: soft, weak, phantom, final (finalizer) references and cleaners.
 */
export function isWeakField(declaringClass: string, field: string): boolean {
  return declaringClass === "java.lang.ref.Reference" && field === "referent";
}

/** Flat tables for the passes. */
export function makeKernelClasses(
  rows: readonly ClassRow[],
  idSize: number,
  options: { readonly strongReferents: boolean },
): KernelClasses {
  const fieldStart = new Uint32Array(rows.length + 1);
  const offsets: number[] = [];
  const dataBytes = new Uint32Array(rows.length);
  rows.forEach((_, type) => {
    fieldStart[type] = offsets.length;
    let offset = 0;
    for (const row of classChain(rows, type)) {
      for (const field of row.fields) {
        const code = basicTypeName.indexOf(field.type);
        if (code === objectType && (options.strongReferents || !isWeakField(row.name, field.name))) {
          offsets.push(offset);
        }
        offset += basicTypeBytes(code, idSize);
      }
    }
    dataBytes[type] = offset;
  });
  fieldStart[rows.length] = offsets.length;
  const byName = new Map<string, number>();
  rows.forEach((row, index) => {
    if (!byName.has(row.name)) byName.set(row.name, index);
  });
  return {
    count: rows.length,
    ...hashClasses(rows.map((row) => row.id)),
    fieldStart,
    fieldOffsets: Uint32Array.from(offsets),
    dataBytes,
    primitiveArrayClass: Int32Array.from(primitiveArrayNames, (name) =>
      name === undefined ? -1 : byName.get(name)!,
    ),
  };
}
