import { type ArchiveForm, archiveFormOf } from "./archives/archiveForm";
import { tarBlockBytes } from "./archives/tarHeader";
import { type Compression, compressionOf } from "./compression";

/** As many bytes tell whether and how a file is packed. */
export const packingHeadBytes = tarBlockBytes;

/** How the bytes of a dump lie in a file. */
export interface Packing {
  /** Of the file as a whole. */
  readonly compression: Compression;
  /** What it is then, and which file of it is the dump; undefined where it is the dump itself. */
  readonly archive?: {
    readonly form: ArchiveForm;
    readonly member: string;
    /** Of that file. */
    readonly compression: Compression;
    /** Whether somebody chose it: then others do not matter. */
    readonly isChosen: boolean;
  };
}

/** How it lies there when that may be encrypted as well. */
export interface Wrapping extends Packing {
  /** Of an encrypted file. */
  readonly fileKey?: Uint8Array;
}

/** Whether what begins so has to be unpacked. */
export function isPackedHead(head: Uint8Array): boolean {
  return compressionOf(head) !== "none" || archiveFormOf(head, "none") !== undefined;
}

/** As part of a sentence: `gzip`, `heap.hprof.xz in tar, gzip`. */
export function packingInWords({ compression, archive }: Packing): string {
  const whole = compression === "none" ? "" : compression;
  if (archive === undefined) return whole;
  return `${archive.member} in ${archive.form}${whole === "" ? "" : `, ${whole}`}`;
}
