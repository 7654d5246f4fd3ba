import type { ObjectLayout } from "./objectLayout";
import { addressOfReference, readHandleForm } from "./referenceForm";
import type { VmStructs } from "./vmStructs";

/** Turns a reference as it is stored into the address of its object; 0 for null. */
export interface ObjectReferences {
  /** The reference in a field of an object. */
  fieldAt(address: number): number | undefined;
  /** One the JVM itself keeps, which is never compressed. */
  handleAt(address: number): number | undefined;
  /** One of 8 bytes as it stands in a register. */
  decoded(raw: bigint): number;
  /** One of 4 bytes. */
  narrow(raw: number): number;
}

/** The same, where objects that a collection had moved are found where they are now. */
export function followed(
  references: ObjectReferences,
  follow: (address: number) => number,
): ObjectReferences {
  const orMissing = (address: number | undefined) => (address === undefined ? undefined : follow(address));
  return {
    fieldAt: (address) => orMissing(references.fieldAt(address)),
    handleAt: (address) => orMissing(references.handleAt(address)),
    decoded: (raw) => follow(references.decoded(raw)),
    narrow: (raw) => follow(references.narrow(raw)),
  };
}

/** References of any collector. A stale colour of ZGC's may lead to where an object was: check what is found. */
export function readObjectReferences(structs: VmStructs, layout: ObjectLayout): ObjectReferences {
  const handles = readHandleForm(structs, layout);
  const handleAt = (address: number) => {
    const raw = structs.words.u64Exact(address);
    return raw === undefined ? undefined : addressOfReference(handles, raw);
  };
  const narrow = (raw: number) =>
    raw === 0 ? 0 : layout.narrowReferenceBase + raw * 2 ** layout.narrowReferenceShift;
  return {
    handleAt,
    decoded: (raw) => addressOfReference(handles, raw),
    narrow,
    fieldAt: (address) => {
      if (!layout.hasNarrowReferences) return handleAt(address);
      const raw = structs.words.u32(address);
      return raw < 0 ? undefined : narrow(raw);
    },
  };
}
