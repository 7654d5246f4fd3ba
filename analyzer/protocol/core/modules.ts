import { dump } from "../dump/open";
import { request } from "../request";
import type { CoreModuleCounts, CoreModuleStatus, HexAddress } from "./process";

export interface CoreModuleRow {
  /** As the process had it. */
  readonly path: string;
  readonly kind: "executable" | "library" | "loader" | "vdso";
  readonly start: HexAddress;
  readonly end: HexAddress;
  readonly status: CoreModuleStatus;
  /** Build id of what ran, from the core. */
  readonly buildId?: string;
  /** The local file in use, or the one that was refused. */
  readonly file?: string;
  readonly fileBuildId?: string;
  /** How the file was checked: `none` when the core holds nothing to check against. */
  readonly verification: "buildId" | "firstPage" | "contents" | "none";
  /** True when a file of another build is used because the user said so. */
  readonly overridden: boolean;
  readonly debugFile?: string;
  readonly hasDebugInformation: boolean;
  readonly hasSymbols: boolean;
  /** What is wrong with it, in a sentence; absent when nothing is. What to do about it the fronts say. */
  readonly fault?: string;
  /** What would help: the file that ran, or, where another build is at hand, also leave to use that. */
  readonly wants?: "file" | "fileOrLeave";
}

export const coreModuleRequests = {
  "core/modules": request({ dump }).gives<{
    readonly counts: CoreModuleCounts;
    /** Titles of the language runtimes in the process, e.g. `JDK 17.0.15+6, G1`. */
    readonly runtimes: readonly string[];
    readonly modules: readonly CoreModuleRow[];
  }>(),
};
