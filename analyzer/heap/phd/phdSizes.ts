import type { AddressOrder } from "./addressOrder";
import { elementBytesOf, type PhdObjects, phdKind } from "./phdObjects";

/** J9 places objects on multiples of this. */
const alignment = 8;

/** Bytes in front of the elements of an array, and of a reference among them. */
interface ArrayModel {
  readonly headerBytes: number;
  readonly referenceBytes: number;
}

/**
 * Shallow sizes. Class records say the size of instances; arrays say theirs from version 6 on, before that the
 * distances from array to array tell what their headers take and how wide references are.
 * @param instanceBytes by node what its class record says, 0 for arrays
 */
export function phdSizes(
  objects: PhdObjects,
  order: AddressOrder,
  instanceBytesOf: (node: number) => number,
): Float64Array {
  const { addresses, classOf, kinds, lengths, statedBytes } = objects;
  const bytes = new Float64Array(new SharedArrayBuffer(8 * addresses.length));
  const model = objects.header.version >= 6 ? undefined : arrayModelOf(objects, order);
  for (let node = 0; node < bytes.length; node++) {
    const length = lengths[node]!;
    if (length < 0 || kinds[node] === phdKind.classObject) bytes[node] = roundUp(instanceBytesOf(node));
    else if (model === undefined) bytes[node] = statedBytes[node]!;
    else {
      const element = elementBytesOf(classOf[node]!) ?? model.referenceBytes;
      bytes[node] = roundUp(model.headerBytes + element * length);
    }
  }
  return bytes;
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

function arrayModelOf(
  { header, addresses, classOf, lengths }: PhdObjects,
  { order }: AddressOrder,
): ArrayModel {
  const word = header.is64Bit ? 8 : 4;
  let least = Number.POSITIVE_INFINITY;
  forEachArray((node, room) => {
    const element = elementBytesOf(classOf[node]!);
    if (element !== undefined) least = Math.min(least, room - element * lengths[node]!);
  });
  // Without arrays to measure: class, flags and length as J9 has had them longest.
  const headerBytes = least >= 8 && least <= 32 ? least : 2 * word + 8;
  let fitsWide = true;
  forEachArray((node, room) => {
    if (elementBytesOf(classOf[node]!) === undefined && room < headerBytes + word * lengths[node]!)
      fitsWide = false;
  });
  return { headerBytes, referenceBytes: fitsWide ? word : 4 };

  /** Visits arrays with the distance to the next object. */
  function forEachArray(visit: (node: number, room: number) => void): void {
    for (let at = 0; at + 1 < order.length; at++) {
      const node = order[at]!;
      if (lengths[node]! >= 0) visit(node, addresses[order[at + 1]!]! - addresses[node]!);
    }
  }
}
