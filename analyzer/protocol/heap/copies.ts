import { dump } from "../dump/open";
import { request } from "../request";
import { flag, path } from "../shapes";
import type { Bytes } from "../wire";

export const copyRequests = {
  /** Writes a dump, or the Java heap of a core, as an HPROF file; a file that exists is not replaced. */
  "heap/saveCopy": request({
    dump,
    out: path,
    gzip: flag,
    /** Leaves out what no root reaches, not even weakly. */
    reachableOnly: flag,
  }).gives<{
    readonly bytes: Bytes;
    /** Of the file unpacked. */
    readonly unpackedBytes: Bytes;
  }>(),
};
