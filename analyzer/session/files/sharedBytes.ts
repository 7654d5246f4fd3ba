import type { ByteSource } from "../../base/byteSource";
import type { VirtualHeapDump } from "../../core/hotspot/heapDump/virtualHeapDump";
import { openVirtualHeapDump } from "../../core/hotspot/heapDump/virtualHeapDumpSource";
import { FileSource, type SharedFile } from "./fileSource";

/** The bytes of a dump for further threads of this process: a file, or what is made of one while it is read. */
export interface SharedBytes {
  readonly file: SharedFile;
  readonly heapDump?: VirtualHeapDump;
}

export function attachBytes({ file, heapDump }: SharedBytes): ByteSource {
  const source = FileSource.attach(file);
  return heapDump === undefined ? source : openVirtualHeapDump(heapDump, source);
}

export function byteLengthOf({ file, heapDump }: SharedBytes): number {
  return heapDump === undefined ? file.byteLength : heapDump.byteLength;
}
