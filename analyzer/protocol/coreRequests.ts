import type { Bytes, Call, DumpId, Page, PageQuery, WireProblem } from "./wire";

/** An address in the dead process: `0x…`. */
export type HexAddress = string;

export interface CoreSignal {
  /** `SIGSEGV` */
  readonly name: string;
  /** `SEGV_MAPERR`, `SI_USER`, or the number. */
  readonly code: string;
  /** The address that faulted, for signals that have one. */
  readonly address?: HexAddress;
  /** In words. */
  readonly description: string;
}

export interface CoreFrame {
  /** Number among the physical frames; inlined ones share that of the function that holds them. */
  readonly index: number;
  /** For callers the return address. */
  readonly pc: HexAddress;
  readonly function?: string;
  /** As the compiler recorded it. */
  readonly file?: string;
  /** MD5 of that file's text when it was compiled, where debug information has it. */
  readonly md5?: string;
  /** When the local file of the module was last written, in milliseconds since 1970. */
  readonly binaryModifiedMs?: number;
  readonly line?: number;
  readonly column?: number;
  readonly inlined: boolean;
  /** Path of the module as the process had it. */
  readonly module?: string;
  /** Found by the frame pointer, not by unwind information: may be wrong. */
  readonly guessed: boolean;
  /** The kernel's frame between a signal handler and what it interrupted. */
  readonly signalFrame: boolean;
}

export interface CoreThreadRow {
  readonly lwp: number;
  readonly name?: string;
  readonly crashed: boolean;
  /** The innermost frame that has a name, inlined ones included. */
  readonly top?: CoreFrame;
}

export interface CoreBacktrace {
  readonly lwp: number;
  readonly name?: string;
  readonly crashed: boolean;
  /** Why the stack ends: `outermost` and `zeroReturnAddress` are whole stacks. */
  readonly stopped: string;
  /** `stopped` in words. */
  readonly stoppedBecause: string;
  /** Innermost first, inlined frames expanded. */
  readonly frames: readonly CoreFrame[];
  /** All of them; `frames` may be a part. */
  readonly totalFrames: number;
}

/** Threads that stand at the same place. */
export interface CoreThreadGroup {
  readonly lwps: readonly number[];
  /** True when the crashing thread is one of them. */
  readonly crashed: boolean;
  readonly stopped: string;
  readonly frames: readonly CoreFrame[];
}

export type CoreModuleStatus = "found" | "missing" | "mismatched";

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
  readonly verification: "buildId" | "firstPage" | "none";
  /** True when a file of another build is used because the user said so. */
  readonly overridden: boolean;
  readonly debugFile?: string;
  readonly hasDebugInformation: boolean;
  readonly hasSymbols: boolean;
  /** What to do about it; absent when nothing is wrong. */
  readonly advice?: string;
}

export interface CoreSummary {
  readonly path: string;
  readonly format: string;
  readonly fileBytes: Bytes;
  readonly architecture: string;
  readonly producer: "kernel" | "gdb" | "qemu";
  readonly executable: string;
  readonly process?: { readonly pid: number; readonly name: string; readonly commandLine: string };
  readonly signal?: CoreSignal;
  /** One sentence: what happened and where. */
  readonly headline: string;
  readonly threads: number;
  readonly modules: { readonly found: number; readonly missing: number; readonly mismatched: number };
  readonly memory: {
    readonly segments: number;
    /** Address space the core describes. */
    readonly mappedBytes: Bytes;
    /** Bytes of it that are in the core. */
    readonly dumpedBytes: Bytes;
  };
  /** Present when the file ends too early. */
  readonly truncation?: {
    readonly expectedBytes: Bytes;
    readonly missingBytes: Bytes;
    readonly segmentsCut: number;
    readonly segmentsLost: number;
  };
  readonly problems: readonly WireProblem[];
}

export interface CoreMappingRow {
  readonly start: HexAddress;
  readonly end: HexAddress;
  readonly bytes: Bytes;
  /** Of them in the core. */
  readonly dumpedBytes: Bytes;
  /** `r-x` */
  readonly permissions: string;
  /** The mapped file. */
  readonly path?: string;
  readonly fileOffset?: Bytes;
}

export interface CoreAuxiliaryRow {
  /** `AT_ENTRY` */
  readonly name: string;
  readonly value: HexAddress;
  /** What it points to or means, when it says more than the number. */
  readonly text?: string;
}

/** Requests to an open core. */
export interface CoreRequests {
  "core/summary": Call<{ readonly dump: DumpId }, CoreSummary>;
  /** The crashing thread first, the others in the order of the core. */
  "core/threads": Call<{ readonly dump: DumpId } & PageQuery, Page<CoreThreadRow>>;
  /** Threads grouped by identical stack, the crashing one's group first, then the largest. */
  "core/threadGroups": Call<
    { readonly dump: DumpId; readonly maximumFrames?: number },
    { readonly groups: readonly CoreThreadGroup[] }
  >;
  /** Stacks of some threads, or of all when no `lwps` are given. */
  "core/backtrace": Call<
    {
      readonly dump: DumpId;
      readonly lwps?: readonly number[];
      /** Frames of each stack, inlined ones included; all of them when absent. */
      readonly maximumFrames?: number;
    },
    { readonly signal?: CoreSignal; readonly threads: readonly CoreBacktrace[] }
  >;
  "core/registers": Call<
    { readonly dump: DumpId; readonly lwp: number; readonly frame: number },
    { readonly registers: readonly { readonly name: string; readonly value: HexAddress }[] }
  >;
  "core/modules": Call<{ readonly dump: DumpId }, { readonly modules: readonly CoreModuleRow[] }>;
  "core/mappings": Call<{ readonly dump: DumpId } & PageQuery, Page<CoreMappingRow>>;
  /** Memory as base64, absent bytes as zeros and listed: they are never to be shown as values. */
  "core/memory": Call<
    { readonly dump: DumpId; readonly address: HexAddress; readonly count: number },
    {
      readonly data: string;
      readonly absent: readonly { readonly start: HexAddress; readonly end: HexAddress }[];
    }
  >;
  "core/process": Call<
    { readonly dump: DumpId },
    {
      readonly auxiliaryVector: readonly CoreAuxiliaryRow[];
      readonly arguments: readonly string[];
      readonly environment: readonly { readonly name: string; readonly value: string }[];
    }
  >;
}
