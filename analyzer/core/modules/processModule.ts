import type { ElfFile } from "../../formats/elf/elfFile";
import type { MemoryRange } from "../memoryImage";

export type ModuleKind = "executable" | "library" | "loader" | "vdso";

/** An executable or library the process had mapped, as far as the core itself tells. */
export interface CoreModule {
  readonly index: number;
  /** Path in the process's file system, without ` (deleted)`; `[vdso]` for the kernel's. */
  readonly path: string;
  readonly kind: ModuleKind;
  /** Lowest and highest mapped address, [start, end); equal when only the link map names the module. */
  readonly start: bigint;
  readonly end: bigint;
  /** What the process had mapped of the file, by address. */
  readonly ranges: readonly MemoryRange[];
  /** Run-time address minus link-time address. A guess (`start`) when the core has no headers of the module. */
  readonly bias: bigint;
  /** Build id of what really ran, from the core's own pages; absent when they are not in the core. */
  readonly buildId?: string;
  /** The module's tables as they are in the core; contents read through memory. Sections are rarely mapped. */
  readonly headers?: ElfFile;
}

/** Last part of the path. */
export function moduleNameOf(module: { readonly path: string }): string {
  return module.path.slice(module.path.lastIndexOf("/") + 1);
}
