import type { VmFlags } from "./vmFlags";
import type { VmStructs } from "./vmStructs";

/** How this JVM lays out objects and references; all of it chosen when the JVM started. */
export interface ObjectLayout {
  /** Where an object's class is told: in the mark word, by 4 bytes or by 8. */
  readonly klassIn: "mark" | "narrow" | "wide";
  readonly narrowKlassBase: number;
  readonly narrowKlassShift: number;
  /** Bit of the mark word the class begins at, with compact headers. */
  readonly markKlassShift: number;
  /** Offset of an array's length. */
  readonly lengthAt: number;
  /** Objects start at multiples of this. */
  readonly alignment: number;
  /** Offset of the field of `java.lang.Class` that tells the size of that very object in words. */
  readonly mirrorSizeAt: number | undefined;
  /** Offset of the field of `java.lang.Class` that leads to the class it stands for; 0 is there of a primitive type. */
  readonly mirrorKlassAt: number | undefined;
  /** ZGC's references carry a colour. */
  readonly hasColouredReferences: boolean;
  readonly hasNarrowReferences: boolean;
  readonly narrowReferenceBase: number;
  readonly narrowReferenceShift: number;
}

/** Bits the class is shifted by in a compact header, where the JVM does not say (JDK 24 and 25). */
const usualMarkKlassShift = 42;

/** What the JVM accepts for ObjectAlignmentInBytes. */
const possibleAlignments = [8, 16, 32, 64, 128, 256] as const;

/** @returns undefined when the bases of compressed pointers are not among the JVM's tables */
export function readObjectLayout(structs: VmStructs, flags: VmFlags): ObjectLayout | undefined {
  const isCompact = flags.isSet("UseCompactObjectHeaders");
  const isNarrow = flags.isSet("UseCompressedClassPointers");
  const hasNarrowReferences = flags.isSet("UseCompressedOops");
  const intAt = (address: number | undefined) =>
    address === undefined ? undefined : structs.words.i32(address);
  const klassBase = structs.staticWord(
    ["CompressedKlassPointers", "_base"],
    ["CompressedKlassPointers", "_narrow_klass._base"],
    ["Universe", "_narrow_klass._base"],
  );
  const klassShift = intAt(
    structs.staticAddress(
      ["CompressedKlassPointers", "_shift"],
      ["CompressedKlassPointers", "_narrow_klass._shift"],
      ["Universe", "_narrow_klass._shift"],
    ),
  );
  const referenceBase = structs.staticWord(
    ["CompressedOops", "_base"],
    ["CompressedOops", "_narrow_oop._base"],
    ["Universe", "_narrow_oop._base"],
  );
  const referenceShift = intAt(
    structs.staticAddress(
      ["CompressedOops", "_shift"],
      ["CompressedOops", "_narrow_oop._shift"],
      ["Universe", "_narrow_oop._shift"],
    ),
  );
  const mirrorSizeAt = intAt(structs.staticAddress(["java_lang_Class", "_oop_size_offset"]));
  const mirrorKlassAt = intAt(structs.staticAddress(["java_lang_Class", "_klass_offset"]));
  if (isNarrow && (klassBase === undefined || klassShift === undefined)) return undefined;
  if (hasNarrowReferences && (referenceBase === undefined || referenceShift === undefined)) return undefined;
  return {
    klassIn: isCompact ? "mark" : isNarrow ? "narrow" : "wide",
    narrowKlassBase: klassBase ?? 0,
    narrowKlassShift: klassShift ?? 0,
    markKlassShift: structs.constant("markWord::klass_shift") ?? usualMarkKlassShift,
    lengthAt: isCompact ? 8 : isNarrow ? 12 : 16,
    alignment: possibleAlignments.find((bytes) => bytes === flags.small("ObjectAlignmentInBytes")) ?? 8,
    mirrorSizeAt: mirrorSizeAt !== undefined && mirrorSizeAt > 0 ? mirrorSizeAt : undefined,
    mirrorKlassAt: mirrorKlassAt !== undefined && mirrorKlassAt > 0 ? mirrorKlassAt : undefined,
    hasColouredReferences: flags.isSet("UseZGC"),
    hasNarrowReferences,
    narrowReferenceBase: referenceBase ?? 0,
    narrowReferenceShift: referenceShift ?? 0,
  };
}

/** What frames in a stack chunk take behind its fields: their words, then a bit for each place of a reference. */
export function stackChunkBytes(words: number, { hasNarrowReferences }: ObjectLayout): number {
  const places = words * (hasNarrowReferences ? 2 : 1);
  return 8 * words + 8 * Math.ceil(places / 64);
}
