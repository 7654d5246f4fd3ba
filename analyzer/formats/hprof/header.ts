import { type ByteSource, readUpTo } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";

/** The beginning of an HPROF file: `JAVA PROFILE 1.0.x`, NUL, u4 id size, u8 milliseconds since 1970. */
export interface HprofHeader {
  /** e.g. `JAVA PROFILE 1.0.2` */
  readonly format: string;
  readonly idSize: 4 | 8;
  readonly createdMs: number;
  /** Where the first record begins. */
  readonly bytes: number;
}

const magic = "JAVA PROFILE ";

/** Whether the bytes at the beginning of a file are those of an HPROF dump. */
export function isHprof(head: Uint8Array): boolean {
  return head.length >= magic.length && ascii(head.subarray(0, magic.length)) === magic;
}

/**
 * Reads the header.
 * @throws ExhumeError `empty`, `notADump`, `unsupported` (id size), `damaged` (cut inside the header)
 */
export function readHprofHeader(source: ByteSource): HprofHeader {
  if (source.byteLength === 0) throw new ExhumeError({ code: "empty", file: source.name });
  const head = readUpTo(source, 0, 64);
  if (!isHprof(head)) {
    throw new ExhumeError({ code: "notADump", file: source.name, found: `it begins with ${describe(head)}` });
  }
  const end = head.indexOf(0);
  if (end < 0 || end + 13 > head.length) {
    throw new ExhumeError({
      code: "damaged",
      file: source.name,
      what: "the file ends within its header",
      offset: head.length,
    });
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const idSize = view.getUint32(end + 1);
  if (idSize !== 4 && idSize !== 8) {
    throw new ExhumeError({ code: "unsupported", file: source.name, what: `identifiers of ${idSize} bytes` });
  }
  return {
    format: ascii(head.subarray(0, end)),
    idSize,
    createdMs: view.getUint32(end + 5) * 2 ** 32 + view.getUint32(end + 9),
    bytes: end + 13,
  };
}

function ascii(bytes: Uint8Array): string {
  // biome-ignore lint/plugin: at most the magic and the version
  return String.fromCharCode(...bytes);
}

function describe(head: Uint8Array): string {
  const hex = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0"));
  return `bytes ${hex.join(" ")}`;
}
