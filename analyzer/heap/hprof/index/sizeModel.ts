import type { JvmConstants } from "../scan/jvmConstants";
import type { ArraySizes } from "../scan/scanInput";

export type SizeModelName =
  | "compressed-oops"
  | "uncompressed-oops"
  | "uncompressed-classes"
  | "uncompressed-oops-and-classes"
  | "compact-headers"
  | "compact-headers-uncompressed-oops"
  | "32-bit";

/**
 * How shallow sizes are computed; a dump states none of this. It is told by the distances between objects, or by what
 * the JVM told its own library where ids are not addresses.
 */
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
  /** false where objects are numbered: distances between ids then say nothing. */
  readonly idsAreAddresses: boolean;
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
  readonly idsAreAddresses: boolean;
  readonly constants: JvmConstants;
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

export const sizeModelNames = Object.keys(shapes) as readonly SizeModelName[];

export function isSizeModelName(text: string): text is SizeModelName {
  return Object.hasOwn(shapes, text);
}

export function detectSizeModel(seen: SizeEvidence, override: SizeModelOverride = {}): SizeModel {
  const evidence: string[] = [];
  const alignmentBytes = override.alignmentBytes ?? (seen.idsAreAddresses ? alignmentOf(seen, evidence) : 8);
  const detected = seen.idsAreAddresses ? detectName(seen, evidence) : nameWithoutAddresses(seen, evidence);
  const name = override.name ?? detected.name;
  const shape = shapes[name];
  let arrayHeaderBytes = shape.array;
  // JDK 23 lets small elements begin right behind the length, JDK 22 and earlier round up to a word.
  if (shape.array === 24 && seen.idsAreAddresses && seen.byteArrayDistance < 24) {
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
    idsAreAddresses: seen.idsAreAddresses,
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
  const { byteArrayDistance: bytes, intArrayDistance: ints } = seen;
  let header: number;
  if (Number.isFinite(bytes)) {
    evidence.push(`The elements of byte[] are preceded by ${bytes} bytes in the tightest case.`);
    header = bytes < 16 ? 8 : bytes < 20 ? 12 : 16;
  } else if (Number.isFinite(ints)) {
    // Lengths of one kind may never meet the alignment: 4 bytes of what precedes can be padding behind.
    evidence.push(
      `No byte[] to measure; the elements of int[] are preceded by ${ints} bytes in the tightest case.`,
    );
    header = ints < 16 ? 8 : ints < 24 ? 12 : 16;
    sure = false;
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
  const nothing = seen.referenceArraysSeen === 0 && !Number.isFinite(Math.min(bytes, ints));
  return { name, confidence: sure ? "certain" : nothing ? "assumed" : "likely" };
}

/** Agents write 4-byte ids on 64-bit JVMs too, so the size of an id says nothing either. */
function nameWithoutAddresses(
  { constants }: SizeEvidence,
  evidence: string[],
): { readonly name: SizeModelName; readonly confidence: "certain" | "assumed" } {
  evidence.push("Ids lie nearer to each other than objects can: they are numbers, not addresses.");
  const { addressBytes, referenceBytes = 4, byteArrayBase = 16 } = constants;
  const isKnown = constants.referenceBytes !== undefined && constants.byteArrayBase !== undefined;
  if (!isKnown && addressBytes !== 4) {
    evidence.push("The dump does not say how its JVM lays objects out: compressed references are assumed.");
    return { name: "compressed-oops", confidence: "assumed" };
  }
  if (isKnown) {
    evidence.push(
      `Its JVM's library says that references take ${referenceBytes} bytes and the elements of byte[] begin at ${byteArrayBase}.`,
    );
  }
  if (addressBytes !== undefined) evidence.push(`It says that addresses take ${addressBytes} bytes.`);
  const is32Bit = addressBytes === 4 || (addressBytes === undefined && byteArrayBase < 16);
  const header = byteArrayBase < 16 ? 8 : byteArrayBase < 20 ? 12 : 16;
  const wanted = is32Bit ? shapes["32-bit"] : { reference: referenceBytes, header };
  const fits = (name: SizeModelName): boolean =>
    (name === "32-bit") === is32Bit &&
    shapes[name].reference === wanted.reference &&
    shapes[name].header === wanted.header;
  const name = sizeModelNames.find(fits);
  return name === undefined
    ? { name: "compressed-oops", confidence: "assumed" }
    : { name, confidence: "certain" };
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
