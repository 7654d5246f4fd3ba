import { basicTypeName, primitiveBytes } from "../../../formats/hprof/tags";
import type { BasicType } from "../../heap";
import type { ClassRow } from "./classRows";
import {
  emptyLayout,
  type FieldSizes,
  instanceBytes,
  type Laid,
  type LayoutRules,
  layOut,
  layOutStatics,
  roundUp,
} from "./fieldLayout";
import { contendedFields, injectedFields, isPseudoStatic, referencesFirst } from "./hotspotFields";
import type { SizeModel } from "./sizeModel";

export interface ClassSizes {
  /** Bytes of an instance by class; 0 for array classes, whose objects have sizes of their own. */
  readonly instanceBytes: Float64Array;
  /** Bytes of the class objects: java.lang.Class's own fields and the statics behind them. */
  readonly classObjectBytes: Float64Array;
}

/** What the scan measured, against which the rules are checked where ids are addresses. */
export interface Distances {
  /** Least distance from an instance to the next object, by class; infinite when there was none. */
  readonly least: Float64Array;
  /** From each class object to the next object; infinite when unknown. */
  readonly classObjects: Float64Array;
  /** The writer states real instance sizes (ART does, HotSpot does not). */
  readonly statedSizes: boolean;
  /** Bytes of instances by class id, where the JVM itself was asked. */
  readonly known?: ReadonlyMap<bigint, number>;
}

/**
 * Sizes of instances and class objects by the rules of the JVM's field layout, corrected where the distance
 * to the next object proves the rules wrong: objects do not overlap.
 */
export function sizesOfClasses(rows: readonly ClassRow[], model: SizeModel, measured: Distances): ClassSizes {
  const seen = model.idsAreAddresses ? measured : { ...measured, ...unmeasured(rows.length) };
  const rules: LayoutRules = {
    headerBytes: model.objectHeaderBytes,
    referenceBytes: model.referenceBytes,
    alignment: model.alignmentBytes,
    style: model.layout,
  };
  const classRow = rows.find((row) => row.name === "java.lang.Class");
  const hasMetaspace = classRow?.fields.some(({ name }) => name === "classLoader") !== false;
  const laid: (Laid | undefined)[] = new Array(rows.length);
  const layoutOfClass = (type: number): Laid => {
    const way: number[] = [];
    let at = type;
    while (at >= 0 && laid[at] === undefined) {
      way.push(at);
      at = rows[at]!.superclass;
    }
    let below = at < 0 ? emptyLayout(rules.headerBytes) : laid[at]!;
    for (const index of way.reverse()) {
      const row = rows[index]!;
      let next = layOut(below, fieldSizesOf(row, model, hasMetaspace, true), rules);
      // Too near a neighbour: this version does not pad the class.
      if (contendedFields.has(row.name) && instanceBytes(next, model.alignmentBytes) > seen.least[index]!) {
        next = layOut(below, fieldSizesOf(row, model, hasMetaspace, false), rules);
      }
      below = next;
      laid[index] = below;
    }
    return below;
  };
  const instances = Float64Array.from(rows, (row, type) => {
    if (row.name.endsWith("[]")) return 0;
    const known = measured.known?.get(row.id);
    if (known !== undefined) return roundUp(known, model.alignmentBytes);
    if (seen.statedSizes && row.statedBytes > 0) return roundUp(row.statedBytes, model.alignmentBytes);
    return Math.min(instanceBytes(layoutOfClass(type), model.alignmentBytes), seen.least[type]!);
  });
  const classClass = rows.findIndex((row) => row.name === "java.lang.Class");
  // Statics begin where an instance of java.lang.Class would end.
  const mirror = instanceBytes(layoutOfClass(classClass), model.alignmentBytes);
  return {
    instanceBytes: instances,
    classObjectBytes: classObjectSizes(rows, model, mirror, seen.classObjects),
  };
}

function unmeasured(classes: number): Pick<Distances, "least" | "classObjects"> {
  const never = new Float64Array(classes).fill(Number.POSITIVE_INFINITY);
  return { least: never, classObjects: never };
}

/** Hits without which a distance may be chance. */
const hitsNeeded = 5;

function classObjectSizes(
  rows: readonly ClassRow[],
  model: SizeModel,
  mirror: number,
  distances: Float64Array,
): Float64Array {
  const sizesOn = (start: number): Float64Array =>
    Float64Array.from(rows, (row) => {
      if (row.id === 0n) return 0;
      const statics = row.statics.filter((field) => !isPseudoStatic(field.name));
      const end = layOutStatics(start, sizesOfFields(statics), model.referenceBytes);
      return roundUp(roundUp(end, 8), model.alignmentBytes);
    });
  const modelled = sizesOn(mirror);
  // JVM versions differ in what they add to java.lang.Class: the tightest neighbours tell by how much.
  const hits = new Map<number, number>();
  rows.forEach((row, type) => {
    if (row.id === 0n || !Number.isFinite(distances[type]!)) return;
    const excess = distances[type]! - modelled[type]!;
    hits.set(excess, (hits.get(excess) ?? 0) + 1);
  });
  const sure = [...hits].filter(([excess, count]) => Math.abs(excess) <= 64 && count >= hitsNeeded);
  const excess = sure.reduce((least, [value]) => Math.min(least, value), Number.POSITIVE_INFINITY);
  return excess === 0 || !Number.isFinite(excess) ? modelled : sizesOn(mirror + excess);
}

function fieldSizesOf(row: ClassRow, model: SizeModel, hasMetaspace: boolean, padded: boolean): FieldSizes {
  const declared = new Set(row.fields.map((field) => field.name));
  const contended = contendedFields.get(row.name);
  const isPadded =
    padded &&
    contended !== undefined &&
    !(contended.unless !== undefined && declared.has(contended.unless)) &&
    (contended.fields === "all" || contended.fields.some((name) => declared.has(name)));
  const inGroup = (name: string): boolean =>
    isPadded && (contended.fields === "all" || contended.fields.includes(name));
  const plain = sizesOfFields(row.fields.filter((field) => !inGroup(field.name)));
  const primitives = [...plain.primitives];
  let { references } = plain;
  for (const extra of injectedFields.get(row.name) ?? []) {
    if (extra.newer === true && model.layout !== "gaps") continue;
    if (extra.metaspace === true && !hasMetaspace) continue;
    if (declared.has(extra.name)) continue;
    if (extra.unless !== undefined && declared.has(extra.unless)) continue;
    if (extra.when !== undefined && !declared.has(extra.when)) continue;
    if (extra.bytes === 0) references++;
    else primitives.push(extra.bytes);
  }
  if (!isPadded) return { primitives, references, referencesFirst: referencesFirst.has(row.name) };
  const group = row.fields.filter((field) => inGroup(field.name));
  return { primitives, references, contended: [sizesOfFields(group)] };
}

function sizesOfFields(fields: readonly { readonly type: BasicType }[]): FieldSizes {
  const primitives: number[] = [];
  let references = 0;
  for (const field of fields) {
    if (field.type === "object") references++;
    else primitives.push(primitiveBytes[basicTypeName.indexOf(field.type)]!);
  }
  return { primitives, references };
}
