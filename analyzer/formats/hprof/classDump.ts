import { basicTypeBytes, objectType } from "./tags";
import { readId, type Window } from "./window";

export interface FieldDefinition {
  /** Id of the UTF-8 record with its name. */
  readonly nameId: bigint;
  readonly type: number;
}

export interface StaticDefinition extends FieldDefinition {
  /** File offset of its value. */
  readonly position: number;
  /** The id it holds, for references; 0n otherwise. */
  readonly reference: bigint;
}

/** Where a primitive value stands in the file. */
export interface PrimitivePlace {
  readonly position: number;
  readonly type: number;
}

/** A CLASS_DUMP sub-record. */
export interface ClassDump {
  readonly id: bigint;
  readonly superId: bigint;
  readonly loaderId: bigint;
  readonly signersId: bigint;
  readonly protectionDomainId: bigint;
  /** As the writer states it: HotSpot the bytes of the fields in the file, ART the real size of an instance. */
  readonly instanceBytes: number;
  readonly statics: readonly StaticDefinition[];
  readonly fields: readonly FieldDefinition[];
  /** References of the constant pool (only old writers fill it). */
  readonly constants: readonly bigint[];
  /** File offsets of the other values of the constant pool. */
  readonly primitiveConstants: readonly PrimitivePlace[];
  /** Size of the sub-record with its tag. */
  readonly bytes: number;
}

/**
 * Reads the CLASS_DUMP whose tag is at `position`.
 * @returns undefined when it does not end before `limit` or holds a type that does not exist.
 */
export function readClassDump(
  window: Window,
  position: number,
  limit: number,
  idSize: number,
): ClassDump | undefined {
  let at = position + 1;
  /** Index of `length` bytes at the cursor, which moves past them; -1 when they are not there. */
  const take = (length: number): number => {
    if (at + length > limit) return -1;
    const index = window.at(at, length);
    at += length;
    return index;
  };
  const head = take(7 * idSize + 8);
  if (head < 0) return undefined;
  const id = readId(window.view, head, idSize);
  const after = head + idSize + 4;
  const superId = readId(window.view, after, idSize);
  const loaderId = readId(window.view, after + idSize, idSize);
  const signersId = readId(window.view, after + 2 * idSize, idSize);
  const protectionDomainId = readId(window.view, after + 3 * idSize, idSize);
  const instanceBytes = window.view.getUint32(after + 6 * idSize);

  const constants: bigint[] = [];
  const primitiveConstants: PrimitivePlace[] = [];
  let index = take(2);
  if (index < 0) return undefined;
  for (let left = window.view.getUint16(index); left > 0; left--) {
    index = take(3);
    if (index < 0) return undefined;
    const type = window.bytes[index + 2]!;
    const bytes = basicTypeBytes(type, idSize);
    index = take(bytes);
    if (bytes === 0 || index < 0) return undefined;
    if (type === objectType) constants.push(readId(window.view, index, idSize));
    else primitiveConstants.push({ position: at - bytes, type });
  }

  const statics: StaticDefinition[] = [];
  index = take(2);
  if (index < 0) return undefined;
  for (let left = window.view.getUint16(index); left > 0; left--) {
    index = take(idSize + 1);
    if (index < 0) return undefined;
    const nameId = readId(window.view, index, idSize);
    const type = window.bytes[index + idSize]!;
    const bytes = basicTypeBytes(type, idSize);
    const valueAt = at;
    index = take(bytes);
    if (bytes === 0 || index < 0) return undefined;
    const reference = type === objectType ? readId(window.view, index, idSize) : 0n;
    statics.push({ nameId, type, position: valueAt, reference });
  }

  const fields: FieldDefinition[] = [];
  index = take(2);
  if (index < 0) return undefined;
  for (let left = window.view.getUint16(index); left > 0; left--) {
    index = take(idSize + 1);
    if (index < 0) return undefined;
    const type = window.bytes[index + idSize]!;
    if (basicTypeBytes(type, idSize) === 0) return undefined;
    fields.push({ nameId: readId(window.view, index, idSize), type });
  }
  return {
    id,
    superId,
    loaderId,
    signersId,
    protectionDomainId,
    instanceBytes,
    statics,
    fields,
    constants,
    primitiveConstants,
    bytes: at - position,
  };
}
