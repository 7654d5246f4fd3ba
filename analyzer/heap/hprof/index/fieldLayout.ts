/** Sizes of the fields one class declares, as the JVM sees them (a reference has its size in the heap). */
export interface FieldSizes {
  /** Bytes of each primitive field. */
  readonly primitives: readonly number[];
  /** How many references. */
  readonly references: number;
  /** In JVMs before 15: references before primitives, no hole filled. */
  readonly referencesFirst?: boolean;
  /** Padded groups, each apart from the rest. */
  readonly contended?: readonly Omit<FieldSizes, "contended">[];
}

/** How a JVM places fields. */
export interface LayoutRules {
  readonly headerBytes: number;
  readonly referenceBytes: number;
  readonly alignment: number;
  /** `gaps`: JDK 15 and later fill gaps of superclasses; `blocks`: earlier JVMs start each class on its own. */
  readonly style: "gaps" | "blocks";
}

interface Gap {
  start: number;
  bytes: number;
}

/** Where fields end and which holes are left: what a subclass is laid out on top of. */
export interface Laid {
  readonly end: number;
  readonly gaps: readonly Gap[];
}

/** `ContendedPaddingWidth` as it comes. */
const contendedPadding = 128;

export function emptyLayout(headerBytes: number): Laid {
  return { end: headerBytes, gaps: [] };
}

/** Adds the fields of one class on top of its superclass. */
export function layOut(superclass: Laid, fields: FieldSizes, rules: LayoutRules): Laid {
  const place = rules.style === "gaps" ? fillGaps : appendBlocks;
  let laid: Laid = place(superclass, fields, rules);
  for (const group of fields.contended ?? []) {
    laid = { end: appendGroup(laid.end + contendedPadding, group, rules.referenceBytes), gaps: [] };
  }
  // Padding is not a gap: nobody may share the line.
  return fields.contended === undefined ? laid : { end: laid.end + contendedPadding, gaps: [] };
}

/** From big to small, each on a multiple of itself. */
function appendPrimitives(start: number, fields: FieldSizes): number {
  let end = start;
  for (const size of [...fields.primitives].sort((a, b) => b - a)) end = roundUp(end, size) + size;
  return end;
}

/** A padded group is appended in order; nothing fills a gap. */
function appendGroup(start: number, fields: FieldSizes, referenceBytes: number): number {
  const end = appendPrimitives(start, fields);
  return fields.references === 0 ? end : roundUp(end, referenceBytes) + fields.references * referenceBytes;
}

/** Statics in a class object: references together, then primitives from big to small; nothing fills a gap. */
export function layOutStatics(start: number, fields: FieldSizes, referenceBytes: number): number {
  return appendPrimitives(start + fields.references * referenceBytes, fields);
}

/** Bytes of an instance: words of 8, then the alignment of objects. */
export function instanceBytes(laid: Laid, alignment: number): number {
  return roundUp(roundUp(laid.end, 8), alignment);
}

export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

/**
 * OpenJDK `classfile/fieldLayoutBuilder.cpp`, `FieldLayout::add`: primitives from big to small, then references;
 * each goes to the smallest gap that holds it, else to the end.
 */
function fillGaps(superclass: Laid, fields: FieldSizes, rules: LayoutRules): Laid {
  const gaps = superclass.gaps.map((gap) => ({ ...gap }));
  let { end } = superclass;
  const place = (size: number): void => {
    let best: Gap | undefined;
    for (const gap of gaps) {
      const padding = roundUp(gap.start, size) - gap.start;
      if (padding + size > gap.bytes) continue;
      // The search runs from the end and gives way only to a smaller gap.
      if (
        best === undefined ||
        gap.bytes < best.bytes ||
        (gap.bytes === best.bytes && gap.start > best.start)
      ) {
        best = gap;
      }
    }
    if (best === undefined) {
      const start = roundUp(end, size);
      if (start > end) gaps.push({ start: end, bytes: start - end });
      end = start + size;
      return;
    }
    const start = roundUp(best.start, size);
    const behind = { start: start + size, bytes: best.start + best.bytes - start - size };
    best.bytes = start - best.start;
    if (behind.bytes > 0) gaps.push(behind);
    if (best.bytes === 0) gaps.splice(gaps.indexOf(best), 1);
  };
  for (const size of [...fields.primitives].sort((a, b) => b - a)) place(size);
  for (let k = 0; k < fields.references; k++) place(rules.referenceBytes);
  return { end, gaps };
}

/**
 * HotSpot up to JDK 14, `ClassFileParser::layout_fields` with FieldsAllocationStyle 1 and CompactFields: each class
 * begins on a multiple of a reference behind its superclass; longs first (smaller fields may fill the hole in
 * front of them), then ints, shorts, bytes, references.
 */
function appendBlocks(superclass: Laid, fields: FieldSizes, rules: LayoutRules): Laid {
  const counts = new Map(
    [8, 4, 2, 1].map((size) => [size, fields.primitives.filter((p) => p === size).length]),
  );
  let references = fields.references;
  const unit = rules.referenceBytes;
  let at = superclass.end;
  if (fields.referencesFirst === true) {
    return { end: roundUp(appendPrimitives(at + references * unit, fields), unit), gaps: [] };
  }
  const take = (size: number): boolean => {
    const left = counts.get(size)!;
    if (left === 0) return false;
    counts.set(size, left - 1);
    return true;
  };
  if (counts.get(8)! > 0 && at % 8 !== 0) {
    const hole = roundUp(at, 8);
    while (hole - at >= 4 && take(4)) at += 4;
    while (hole - at >= 2 && take(2)) at += 2;
    while (hole - at >= 1 && take(1)) at += 1;
    if (hole - at >= unit && references > 0) {
      at += unit;
      references--;
    }
    at = hole;
  }
  for (const size of [8, 4, 2, 1]) at += size * counts.get(size)!;
  if (references > 0) at = roundUp(at, unit) + references * unit;
  return { end: roundUp(at, unit), gaps: [] };
}
