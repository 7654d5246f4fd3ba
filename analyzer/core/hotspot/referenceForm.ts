import { vmDescriptionOf } from "./jdkVersion";
import type { ObjectLayout } from "./objectLayout";
import type { VmStructs } from "./vmStructs";
import { zGlobalAt, zLetter } from "./zNames";

/** How a field of an object says which object it refers to. Plain data. */
export type ReferenceForm =
  | { readonly form: "narrow"; readonly base: number; readonly shift: number }
  | { readonly form: "wide" }
  /** ZGC to JDK 20: the address is below a mask. */
  | { readonly form: "masked"; readonly mask: bigint; readonly good: bigint }
  /** ZGC with generations: bits of the colour, from one on, tell by how much the address is shifted; by 16 where none does. */
  | { readonly form: "shifted"; readonly lowestColourBit: number };

export function readReferenceForm(structs: VmStructs, layout: ObjectLayout): ReferenceForm {
  return layout.hasNarrowReferences
    ? { form: "narrow", base: layout.narrowReferenceBase, shift: layout.narrowReferenceShift }
    : readHandleForm(structs, layout);
}

/** Of references the JVM itself keeps, which are never compressed. */
export function readHandleForm(structs: VmStructs, layout: ObjectLayout): ReferenceForm {
  if (!layout.hasColouredReferences) return { form: "wide" };
  const letter = zLetter(structs);
  const globalOf = (name: string) => {
    const at = zGlobalAt(structs, letter, name);
    return at === undefined ? undefined : structs.words.u64Exact(at);
  };
  const mask = globalOf("AddressOffsetMask");
  if (mask === undefined) return { form: "wide" };
  const good = globalOf("AddressGoodMask");
  if (good !== undefined) return { form: "masked", mask, good };
  // On x86-64 four bits tell the shift; on aarch64 it is always that of the whole colour.
  const isArm = vmDescriptionOf(structs)?.includes("-aarch64") === true;
  return { form: "shifted", lowestColourBit: isArm ? bitsOfColour : 12 };
}

const bitsOfColour = 16;

/** The address a raw reference means; 0 for null. */
export function addressOfReference(form: ReferenceForm, raw: bigint): number {
  switch (form.form) {
    case "narrow":
      return raw === 0n ? 0 : form.base + Number(raw) * 2 ** form.shift;
    case "wide":
      return Number(raw);
    case "masked":
      // The first object of all is at offset 0: what tells null is that it has no colour.
      return raw === 0n ? 0 : Number((raw & form.mask) | form.good);
    case "shifted":
      return Number(raw >> BigInt(shiftOf(Number(raw & 0xffffn), form.lowestColourBit)));
  }
}

/** By how much a reference with generations is shifted. @param low its lowest 16 bits */
export function shiftOf(low: number, lowestColourBit: number): number {
  for (let bit = lowestColourBit; bit < bitsOfColour; bit++) if (((low >> bit) & 1) === 1) return bit + 1;
  return bitsOfColour;
}
