import { type ByteSource, readUpTo } from "../../../base/byteSource";
import { localHeaderBytes, type WantedMembers, type ZipMember, zipLocalMagic, zipName } from "./zipFields";

const hasDescriptor = 8;
const isEncrypted = 1;
const unknownSize = 2 ** 32 - 1;
/** Extra field with 64-bit sizes. */
const largeSizes = 1;

/**
 * Files by the headers before each, for an archive without its directory: it was cut, or written as a stream that never
 * ended. One whose size only follows its contents is the last that can be told.
 */
export function localZipMembers(source: ByteSource, { most, isWanted }: WantedMembers): ZipMember[] {
  const members: ZipMember[] = [];
  for (let at = 0; members.length < most; ) {
    const member = memberAt(source, at);
    if (member === undefined) break;
    if (!member.name.endsWith("/") && isWanted(member.name)) members.push(member);
    if (member.bytes === undefined) break;
    at = member.end;
  }
  return members;
}

function memberAt(source: ByteSource, at: number): (ZipMember & { readonly end: number }) | undefined {
  const header = readUpTo(source, at, localHeaderBytes);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length < localHeaderBytes || view.getUint32(0, true) !== zipLocalMagic) return undefined;
  const flags = view.getUint16(6, true);
  const nameBytes = view.getUint16(26, true);
  const extraBytes = view.getUint16(28, true);
  const rest = readUpTo(source, at + localHeaderBytes, nameBytes + extraBytes);
  const start = at + localHeaderBytes + nameBytes + extraBytes;
  const isOpen = (flags & hasDescriptor) !== 0;
  const sizes = { bytes: view.getUint32(22, true), packedBytes: view.getUint32(18, true) };
  const { bytes, packedBytes } =
    sizes.bytes === unknownSize || sizes.packedBytes === unknownSize
      ? (largeSizesIn(rest.subarray(nameBytes)) ?? sizes)
      : sizes;
  const left = Math.max(0, source.byteLength - start);
  return {
    name: zipName(rest.subarray(0, nameBytes), flags),
    bytes: isOpen ? undefined : bytes,
    packedBytes: isOpen ? left : Math.min(packedBytes, left),
    crc32: isOpen ? undefined : view.getUint32(14, true),
    method: view.getUint16(8, true),
    isEncrypted: (flags & isEncrypted) !== 0,
    headerOffset: at,
    end: start + packedBytes,
  };
}

/** Both sizes stand in a field of their own when one has more than 32 bits. */
function largeSizesIn(extra: Uint8Array): { bytes: number; packedBytes: number } | undefined {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === largeSizes && length >= 16 && at + 20 <= extra.length)
      return {
        bytes: Number(view.getBigUint64(at + 4, true)),
        packedBytes: Number(view.getBigUint64(at + 12, true)),
      };
    at += 4 + length;
  }
  return undefined;
}
