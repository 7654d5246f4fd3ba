import { basicTypeName } from "../../formats/hprof/tags";
import type { ClassRow } from "./classRows";
import {
  emptyLayout,
  type FieldSizes,
  instanceBytes,
  type Laid,
  type LayoutRules,
  layOut,
  roundUp,
} from "./fieldLayout";
import type { ArraySizes } from "./scanPass";

export type SizeModelName =
  | "compressed-oops"
  | "uncompressed-oops"
  | "uncompressed-classes"
  | "uncompressed-oops-and-classes"
  | "compact-headers"
  | "compact-headers-uncompressed-oops"
  | "32-bit";

/** How shallow sizes are computed; a dump states none of this, it is told by the distances between objects. */
export interface SizeModel {
  readonly name: SizeModelName;
  readonly referenceBytes: number;
  readonly objectHeaderBytes: number;
  /** Bytes before the elements of arrays of 1-, 2- and 4-byte elements. */
  readonly arrayHeaderBytes: number;
  /** The same for 8-byte elements. */
  readonly wideArrayHeaderBytes: number;
  readonly alignmentBytes: number;
  readonly layout: "gaps" | "blocks";
  readonly confidence: "given" | "certain" | "likely" | "assumed";
  readonly evidence: readonly string[];
}

/** What a user may fix; the rest is detected. */
export interface SizeModelOverride {
  readonly name?: SizeModelName;
  readonly alignmentBytes?: number;
  readonly layout?: "gaps" | "blocks";
}

/** What the scan saw; distances are to the next object, less the bytes of the elements. Infinity when nothing was seen. */
export interface SizeEvidence {
  readonly idSize: number;
  readonly objects: number;
  readonly byteArrayDistance: number;
  readonly intArrayDistance: number;
  readonly longArrayDistance: number;
  readonly plainObjectDistance: number;
  readonly leastWith4ByteReferences: number;
  readonly leastWith8ByteReferences: number;
  readonly referenceArraysSeen: number;
  readonly lowBits: number;
  readonly highestAddress: number;
  readonly classNames: ReadonlySet<string>;
}

interface Shape {
  readonly reference: number;
  readonly header: number;
  readonly array: number;
  readonly wide: number;
}

const shapes: Readonly<Record<SizeModelName, Shape>> = {
  "compressed-oops": { reference: 4, header: 12, array: 16, wide: 16 },
  "uncompressed-oops": { reference: 8, header: 12, array: 16, wide: 16 },
  "uncompressed-classes": { reference: 4, header: 16, array: 24, wide: 24 },
  "uncompressed-oops-and-classes": { reference: 8, header: 16, array: 24, wide: 24 },
  "compact-headers": { reference: 4, header: 8, array: 12, wide: 16 },
  "compact-headers-uncompressed-oops": { reference: 8, header: 8, array: 12, wide: 16 },
  "32-bit": { reference: 4, header: 8, array: 12, wide: 16 },
};

export function detectSizeModel(seen: SizeEvidence, override: SizeModelOverride = {}): SizeModel {
  const evidence: string[] = [];
  const alignmentBytes = override.alignmentBytes ?? alignmentOf(seen, evidence);
  const detected = detectName(seen, evidence);
  const name = override.name ?? detected.name;
  const shape = shapes[name];
  let arrayHeaderBytes = shape.array;
  // JDK 23 lets small elements begin right behind the length, JDK 22 and earlier round up to a word.
  if (shape.array === 24 && seen.byteArrayDistance < 24) {
    arrayHeaderBytes = 20;
    evidence.push("byte[] elements begin at 20: array headers are not padded (JDK 23 and later).");
  }
  const layout = override.layout ?? layoutOf(seen, evidence);
  const given = override.name !== undefined;
  if (given) evidence.unshift("The size model was given, not detected.");
  return {
    name,
    referenceBytes: shape.reference,
    objectHeaderBytes: shape.header,
    arrayHeaderBytes,
    wideArrayHeaderBytes: shape.wide,
    alignmentBytes,
    layout,
    confidence: given ? "given" : detected.confidence,
    evidence,
  };
}

function alignmentOf(seen: SizeEvidence, evidence: string[]): number {
  const low = seen.lowBits & 0xff;
  const alignment = low === 0 ? 8 : Math.max(8, low & -low);
  if (alignment > 8 && seen.objects >= 100) {
    evidence.push(`All ${seen.objects} addresses are multiples of ${alignment}.`);
    return alignment;
  }
  return 8;
}

function detectName(
  seen: SizeEvidence,
  evidence: string[],
): { readonly name: SizeModelName; readonly confidence: "certain" | "likely" | "assumed" } {
  if (seen.idSize === 4) {
    evidence.push("Identifiers have 4 bytes: a 32-bit JVM or Android.");
    return { name: "32-bit", confidence: "likely" };
  }
  let sure = true;
  let reference: number;
  if (seen.referenceArraysSeen > 0) {
    // 8-byte elements leave at least a header (12) between the last element and the next object.
    reference = seen.leastWith8ByteReferences >= 12 ? 8 : 4;
    evidence.push(
      `Over ${seen.referenceArraysSeen} object arrays the next object begins no nearer than ${
        reference === 8 ? seen.leastWith8ByteReferences : seen.leastWith4ByteReferences
      } bytes beyond ${reference}-byte elements.`,
    );
    sure = seen.referenceArraysSeen >= 16;
  } else {
    reference = seen.highestAddress < 32 * 2 ** 30 ? 4 : 8;
    sure = false;
    evidence.push(
      `No object arrays to measure; the highest address is 0x${seen.highestAddress.toString(16)}.`,
    );
  }
  const least = Math.min(seen.byteArrayDistance, seen.intArrayDistance);
  let header: number;
  if (Number.isFinite(least)) {
    evidence.push(`Array elements are preceded by ${least} bytes in the tightest case.`);
    header = least < 16 ? 8 : least < 20 ? 12 : 16;
  } else {
    header = 12;
    sure = false;
    evidence.push("No primitive arrays to measure: 12-byte headers assumed.");
  }
  if (header === 8) {
    const name = reference === 4 ? "compact-headers" : "compact-headers-uncompressed-oops";
    return { name, confidence: sure ? "certain" : "likely" };
  }
  const name =
    header === 12
      ? reference === 4
        ? "compressed-oops"
        : "uncompressed-oops"
      : reference === 4
        ? "uncompressed-classes"
        : "uncompressed-oops-and-classes";
  const nothing = seen.referenceArraysSeen === 0 && !Number.isFinite(least);
  return { name, confidence: sure ? "certain" : nothing ? "assumed" : "likely" };
}

function layoutOf(seen: SizeEvidence, evidence: string[]): "gaps" | "blocks" {
  // java.lang.Record came as a preview with JDK 14 and to stay with 16; the new layout came with 15.
  // jdk.internal.misc.CDS (15…) and hidden classes (15) tell 15 from earlier ones.
  if (!seen.classNames.has("java.lang.Object")) return "gaps";
  const modern = [
    "java.lang.Record",
    "jdk.internal.misc.CDS",
    "java.lang.invoke.MethodHandles$Lookup$ClassOption",
  ];
  const found = modern.find((name) => seen.classNames.has(name));
  if (found !== undefined) {
    evidence.push(`${found} is loaded: fields are laid out as JDK 15 and later do.`);
    return "gaps";
  }
  const old = ["sun.misc.Launcher", "sun.misc.VM", "jdk.internal.misc.VM"].find((name) =>
    seen.classNames.has(name),
  );
  if (old === undefined) return "gaps";
  evidence.push(`${old} is loaded and nothing newer than JDK 14: fields are laid out as JVMs before 15 do.`);
  return "blocks";
}

/** The part of a model the passes need. */
export function arraySizesOf(model: SizeModel): ArraySizes {
  const { arrayHeaderBytes: small, wideArrayHeaderBytes: wide, referenceBytes } = model;
  const elementBytes = [0, 0, referenceBytes, 0, 1, 2, 4, 8, 1, 2, 4, 8];
  return {
    headerBytes: elementBytes.map((bytes) => (bytes === 0 ? 0 : bytes === 8 ? wide : small)),
    referenceBytes,
    alignment: model.alignmentBytes,
  };
}

/** Bytes fields take in the heap, by the name of their type. */
function fieldSizesOf(row: ClassRow, referenceBytes: number): FieldSizes {
  const injected = injectedFields.get(row.name);
  const primitives: number[] = [];
  let references = 0;
  for (const field of row.fields) {
    const bytes = heapBytesOf(field.type, referenceBytes);
    if (field.type === "object") references++;
    else primitives.push(bytes);
  }
  const present = new Set(row.fields.map((field) => field.name));
  for (const extra of injected ?? []) {
    // What later JDKs declare in Java is not injected any more.
    if (present.has(extra.name) || (extra.unless !== undefined && present.has(extra.unless))) continue;
    if (extra.when !== undefined && !present.has(extra.when)) continue;
    if (extra.bytes === 0) references++;
    else primitives.push(extra.bytes);
  }
  return { primitives, references };
}

function heapBytesOf(type: string, referenceBytes: number): number {
  if (type === "object") return referenceBytes;
  return (
    [0, 0, 0, 0, 1, 2, 4, 8, 1, 2, 4, 8][basicTypeName.indexOf(type as (typeof basicTypeName)[number])] ?? 0
  );
}

interface InjectedField {
  readonly name: string;
  /** 0 for a reference. */
  readonly bytes: number;
  /** Only in versions that declare this field… */
  readonly when?: string;
  /** …or that do not declare this one. */
  readonly unless?: string;
}

/**
 * Fields HotSpot adds to classes of its own and leaves out of the dump (`classfile/javaClasses.hpp`,
 * `*_INJECTED_FIELDS`).
 */
const injectedFields: ReadonlyMap<string, readonly InjectedField[]> = new Map([
  [
    "java.lang.Class",
    [
      { name: "klass", bytes: 8 },
      { name: "array_klass", bytes: 8 },
      { name: "oop_size", bytes: 4 },
      { name: "static_oop_field_count", bytes: 4 },
      { name: "protection_domain", bytes: 0, unless: "protectionDomain" },
      { name: "signers", bytes: 0 },
      { name: "source_file", bytes: 0 },
    ],
  ],
  ["java.lang.ClassLoader", [{ name: "loader_data", bytes: 8 }]],
  ["java.lang.Module", [{ name: "module_entry", bytes: 8 }]],
  ["java.lang.invoke.ResolvedMethodName", [{ name: "vmtarget", bytes: 8 }]],
  ["java.lang.invoke.MemberName", [{ name: "vmindex", bytes: 8 }]],
  ["java.lang.StackFrameInfo", [{ name: "version", bytes: 2 }]],
]);

export interface ClassSizes {
  /** Bytes of an instance by class; 0 for array classes, whose objects have sizes of their own. */
  readonly instanceBytes: Float64Array;
  /** Bytes of the class objects (java.lang.Class instances with their statics). */
  readonly classObjectBytes: Float64Array;
}

/**
 * Sizes of instances and class objects by the rules of the JVM's field layout, corrected where the distance
 * to the next object proves the rules wrong: objects do not overlap.
 */
export function sizesOfClasses(
  rows: readonly ClassRow[],
  model: SizeModel,
  seen: { readonly leastDistance: Float64Array; readonly hits: Float64Array; readonly android: boolean },
): ClassSizes {
  const rules: LayoutRules = {
    headerBytes: model.objectHeaderBytes,
    referenceBytes: model.referenceBytes,
    alignment: model.alignmentBytes,
    style: model.layout,
  };
  const laid: (Laid | undefined)[] = new Array(rows.length);
  const instances = new Float64Array(rows.length);
  const layoutOfClass = (type: number): Laid => {
    const way: number[] = [];
    let at = type;
    while (at >= 0 && laid[at] === undefined) {
      way.push(at);
      at = rows[at]!.superclass;
    }
    let below = at < 0 ? emptyLayout(rules.headerBytes) : laid[at]!;
    for (const index of way.reverse()) {
      below = layOut(below, fieldSizesOf(rows[index]!, model.referenceBytes), rules);
      laid[index] = below;
    }
    return below;
  };
  rows.forEach((row, type) => {
    if (row.name.endsWith("[]")) return;
    if (seen.android && row.statedBytes > 0) {
      instances[type] = roundUp(row.statedBytes, model.alignmentBytes);
      return;
    }
    const modelled = instanceBytes(layoutOfClass(type), model.alignmentBytes);
    const distance = seen.leastDistance[type]!;
    instances[type] = Math.min(modelled, distance);
    // @Contended classes carry 128 bytes of padding the dump does not mention.
    if (
      seen.hits[type]! >= 2 &&
      Number.isFinite(distance) &&
      distance - modelled >= 128 &&
      distance - modelled <= 1024
    ) {
      instances[type] = distance;
    }
  });
  const classClass = rows.findIndex((row) => row.name === "java.lang.Class");
  const mirror = roundUp(instanceBytes(layoutOfClass(classClass), 8), 8);
  const classObjectBytes = Float64Array.from(rows, (row) => {
    if (row.id === 0n) return 0;
    // Statics follow the mirror's own fields: references together, then primitives from big to small.
    const references = row.statics.filter((field) => field.type === "object").length;
    const primitives = row.statics
      .filter((field) => field.type !== "object")
      .map((field) => heapBytesOf(field.type, model.referenceBytes));
    const afterReferences = { end: mirror + references * model.referenceBytes, gaps: [] };
    const all = layOut(afterReferences, { primitives, references: 0 }, { ...rules, style: "gaps" });
    return instanceBytes(all, model.alignmentBytes);
  });
  return { instanceBytes: instances, classObjectBytes };
}
