import type { MemoryImage } from "../memoryImage";

/** What `_PyRuntime` says of itself since 3.13, for debuggers. */
export interface PythonRelease {
  readonly minor: number;
  /** `3.13.5` */
  readonly words: string;
  /** Built without a lock that lets one thread run at a time: objects begin otherwise. */
  readonly isFreeThreaded: boolean;
}

/** How `_Py_DebugOffsets` begins: then the version and whether it is free-threaded follow, in 8 bytes each. */
const cookie = new TextEncoder().encode("xdebugpy");
const versionOffset = 8n;
const freeThreadedOffset = 16n;

/** @returns undefined before 3.13, and where it is not in the core */
export function pythonReleaseAt(memory: MemoryImage, runtime: bigint): PythonRelease | undefined {
  const begins = memory.bytes(runtime, cookie.length);
  if (begins.length < cookie.length || !cookie.every((byte, index) => begins[index] === byte))
    return undefined;
  const version = memory.u32(runtime + versionOffset);
  const freeThreaded = memory.u32(runtime + freeThreadedOffset);
  if (version === undefined || freeThreaded === undefined || version >>> 24 !== 3) return undefined;
  const minor = (version >>> 16) & 0xff;
  return { minor, words: `3.${minor}.${(version >>> 8) & 0xff}`, isFreeThreaded: freeThreaded === 1 };
}
