import type { ObjectLayout } from "./objectLayout";
import type { VmStructs } from "./vmStructs";

/** Turns a reference as it is stored into the address of its object; 0 for null. */
export interface ObjectReferences {
  /** The reference in a field of an object. */
  fieldAt(address: number): number | undefined;
  /** One the JVM itself keeps, which is never compressed. */
  handleAt(address: number): number | undefined;
}

/**
 * References of any collector. ZGC colours them: to JDK 17 the address is below a mask, with generations it is above
 * a shift that the colour itself tells. A stale colour may lead to where an object was: check what is found.
 */
export function readObjectReferences(structs: VmStructs, layout: ObjectLayout): ObjectReferences {
  const wide = layout.hasColouredReferences ? colouredReference(structs) : Number;
  const handleAt = (address: number) => {
    const raw = structs.words.u64Exact(address);
    return raw === undefined ? undefined : wide(raw);
  };
  return {
    handleAt,
    fieldAt: (address) => {
      if (!layout.hasNarrowReferences) return handleAt(address);
      const raw = structs.words.u32(address);
      if (raw < 0) return undefined;
      return raw === 0 ? 0 : layout.narrowReferenceBase + raw * 2 ** layout.narrowReferenceShift;
    },
  };
}

/** Lowest of the four bits that tell how far a coloured reference is shifted. */
const colourBit = 12n;

function colouredReference(structs: VmStructs): (raw: bigint) => number {
  const globals = structs.staticWord(["ZGlobalsForVMStructs", "_instance_p"]);
  const globalAt = (field: string) => structs.word(globals, ["ZGlobalsForVMStructs", field]);
  const maskAt = globalAt("_ZAddressOffsetMask");
  const goodAt = globalAt("_ZAddressGoodMask");
  const mask = maskAt === undefined ? undefined : structs.words.u64Exact(maskAt);
  if (mask === undefined) return Number;
  if (goodAt !== undefined) {
    const good = structs.words.u64Exact(goodAt) ?? 0n;
    return (raw) => ((raw & mask) === 0n ? 0 : Number((raw & mask) | good));
  }
  return (raw) => {
    for (let bit = 0n; bit < 4n; bit++)
      if (((raw >> (colourBit + bit)) & 1n) === 1n) return Number(raw >> (colourBit + bit + 1n));
    return Number(raw >> 16n);
  };
}
