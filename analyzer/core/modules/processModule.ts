import { lastPartOf } from "../../base/pathNames";
import type { MemoryRange } from "../memoryImage";
import type { FileMapping } from "../memorySegment";
import type { LoadSegment, ModuleKind, ObjectFile } from "../objectFile";

/** An executable or library the process had mapped, as far as the core itself tells. */
export interface ProcessModule {
  readonly index: number;
  /** Path in the process's file system, without ` (deleted)`; `[vdso]` for the kernel's. */
  readonly path: string;
  readonly kind: ModuleKind;
  /** Lowest and highest mapped address, [start, end); equal when only the link map names the module. */
  readonly start: bigint;
  readonly end: bigint;
  /** What the process had mapped of the file, by address. */
  readonly ranges: readonly MemoryRange[];
  /** Run-time address minus link-time address. A guess (`start`) when the core has neither headers nor `dynamic`. */
  readonly bias: bigint;
  /** What the dump says was mapped of the file; absent when only the link map names the module. */
  readonly mappings?: readonly FileMapping[];
  /** Run-time address of its dynamic section, by the loader's own list; then `bias` is the loader's too. */
  readonly dynamic?: bigint;
  /** Build id of what really ran, from the core's own pages; absent when they are not in the core. */
  readonly buildId?: string;
  /** The module as it is in the dump, read through memory, where sections are rarely mapped; else its file once that is found. */
  readonly headers?: ObjectFile;
}

/** Last part of the path. */
export function moduleNameOf(module: { readonly path: string }): string {
  return lastPartOf(module.path);
}

const pageBytes = 4096n;

/** Run-time ranges of what an object file has loaded, in whole pages. */
export function loadedRanges(
  { segments }: { readonly segments: readonly LoadSegment[] },
  bias: bigint,
): MemoryRange[] {
  return segments
    .filter(({ memoryBytes }) => memoryBytes > 0)
    .map(({ address, memoryBytes }) => {
      const start = BigInt.asUintN(64, address + bias);
      const end = start + BigInt(memoryBytes);
      return { start: start & -pageBytes, end: (end + pageBytes - 1n) & -pageBytes };
    });
}
