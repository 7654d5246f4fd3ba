import type { PhdCursor } from "./phdCursor";

/** A text of 18 characters with its length before it, then the version. */
const beginning = "\x00\x12portable heap dump";

export function isPhd(head: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(head.subarray(0, beginning.length)) === beginning;
}

export interface PhdHeader {
  /** 4, 5 or 6. */
  readonly version: number;
  readonly is64Bit: boolean;
  /** Every record carries a hash code of two bytes. */
  readonly hasShortHashes: boolean;
  /** Only where it is false does a class record's instance size need no further look: it was written by J9. */
  readonly isJ9: boolean;
  /** Distances between addresses count so many bytes. */
  readonly gapBytes: 4 | 8;
  /** What the JVM says of itself, empty when it does not. */
  readonly jvm: string;
}

/** Bits of the flags behind the version. */
const flag = { is64Bit: 1, allHashed: 2, j9: 4 } as const;

const headerTag = { totals: 1, endOfHeader: 2, hashCodeRandoms: 3, fullVersion: 4 } as const;

const startOfHeader = 1;
const startOfDump = 2;

/**
 * Reads the header, up to the first record. Layouts are those of OpenJ9's writer (`runtime/rasdump/heapdump.cpp`) and
 * reader (`com.ibm.dtfj.phd.parser`).
 * @throws ExhumeError `damaged`, `unsupported` for a version that is none of 4, 5, 6
 */
export function readPhdHeader(cursor: PhdCursor): PhdHeader {
  cursor.skip(beginning.length);
  const version = cursor.i4();
  if (version < 4 || version > 6) cursor.fail(`version ${version} of the format is not known`);
  const flags = cursor.u4();
  if (cursor.u1() !== startOfHeader) cursor.fail("the header does not begin");
  let jvm = "";
  for (let tag = cursor.u1(); tag !== headerTag.endOfHeader; tag = cursor.u1()) {
    if (tag === headerTag.totals || tag === headerTag.hashCodeRandoms) cursor.skip(8);
    else if (tag === headerTag.fullVersion) jvm = cursor.text();
    else cursor.fail(`there is no header record ${tag}`);
  }
  if (cursor.u1() !== startOfDump) cursor.fail("the dump does not begin behind its header");
  const isJ9 = (flags & flag.j9) !== 0;
  return {
    version,
    is64Bit: (flags & flag.is64Bit) !== 0,
    hasShortHashes: isJ9 && (flags & flag.allHashed) !== 0,
    isJ9,
    gapBytes: isJ9 || version === 5 ? 4 : 8,
    jvm,
  };
}
