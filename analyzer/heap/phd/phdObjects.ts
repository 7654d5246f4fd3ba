import type { ByteSource } from "../../base/byteSource";
import type { Work } from "../../base/work";
import { PhdCursor } from "../../formats/phd/phdCursor";
import { type PhdHeader, readPhdHeader } from "../../formats/phd/phdHeader";
import { primitiveArrays, walkPhdRecords } from "../../formats/phd/phdRecords";

/** A class record. */
export interface PhdClass {
  readonly node: number;
  readonly address: number;
  readonly superclass: number;
  readonly jvmName: string;
  readonly instanceBytes: number;
}

/** What `classOf` is for arrays of primitive types: {@link primitiveArrays} by number. */
export const firstPrimitiveArray = -1;

/** Objects and references as they stand in the file. Addresses are exact: those beyond 2^53 are refused. */
export interface PhdObjects {
  readonly header: PhdHeader;
  readonly classes: readonly PhdClass[];
  readonly addresses: Float64Array;
  /** Address of the class, of the elements' class for object arrays, −1−number for primitive arrays. */
  readonly classOf: Float64Array;
  /** 1 for arrays whose `classOf` is that of their elements, 2 for class objects. */
  readonly kinds: Uint8Array;
  /** Elements; −1 for what is no array. */
  readonly lengths: Int32Array;
  /** Bytes of arrays where the dump says them, 0 elsewhere. */
  readonly statedBytes: Float64Array;
  /** References of node n are `targets[starts[n] … starts[n+1])`, as addresses. */
  readonly starts: Uint32Array;
  readonly targets: Float64Array;
}

export const phdKind = { plain: 0, arrayOfClass: 1, classObject: 2 } as const;

/** Reads the file twice, so that every column has its size before it is filled. */
export function readPhdObjects(source: ByteSource, work: Work): PhdObjects {
  const counts = countRecords(source, work);
  const cursor = new PhdCursor(source);
  const header = readPhdHeader(cursor);
  const addresses = new Float64Array(counts.objects);
  const classOf = new Float64Array(counts.objects);
  const kinds = new Uint8Array(counts.objects);
  const lengths = new Int32Array(counts.objects).fill(-1);
  const statedBytes = new Float64Array(counts.objects);
  const starts = new Uint32Array(new SharedArrayBuffer(4 * (counts.objects + 1)));
  const targets = new Float64Array(counts.references);
  const classes: PhdClass[] = [];
  let node = 0;
  let edges = 0;
  const close = (address: number, type: number): number => {
    addresses[node] = address;
    classOf[node] = type;
    starts[node + 1] = edges;
    return node++;
  };
  walkPhdRecords(
    cursor,
    header,
    {
      reference(target) {
        targets[edges++] = target;
      },
      object: close,
      objectArray(address, { classAddress, isOfElements }, length, bytes) {
        const at = close(address, classAddress);
        kinds[at] = isOfElements ? phdKind.arrayOfClass : phdKind.plain;
        lengths[at] = length;
        statedBytes[at] = bytes ?? 0;
      },
      primitiveArray(address, type, length, bytes) {
        const at = close(address, firstPrimitiveArray - type);
        lengths[at] = length;
        statedBytes[at] = bytes ?? 0;
      },
      class(address, superclass, jvmName, instanceBytes) {
        const at = close(address, 0);
        kinds[at] = phdKind.classObject;
        classes.push({ node: at, address, superclass, jvmName, instanceBytes });
      },
    },
    work,
  );
  return { header, classes, addresses, classOf, kinds, lengths, statedBytes, starts, targets };
}

function countRecords(source: ByteSource, work: Work): { objects: number; references: number } {
  const cursor = new PhdCursor(source);
  const header = readPhdHeader(cursor);
  let objects = 0;
  let references = 0;
  const count = (): void => {
    objects++;
  };
  walkPhdRecords(
    cursor,
    header,
    {
      reference() {
        references++;
      },
      object: count,
      objectArray: count,
      primitiveArray: count,
      class: count,
    },
    work,
  );
  if (objects > mostObjects || references > mostObjects) cursor.fail("there are more objects than 2^32");
  return { objects, references };
}

const mostObjects = 2 ** 32 - 2;

/** Bytes of an element of a primitive array, undefined for what is none. */
export function elementBytesOf(classOf: number): number | undefined {
  return classOf <= firstPrimitiveArray ? primitiveArrays[firstPrimitiveArray - classOf]![1] : undefined;
}
