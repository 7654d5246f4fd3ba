import type { ProblemList } from "../base/problems";
import type { Architecture } from "./architecture";
import type { MemoryImage } from "./memoryImage";
import type { FileMapping } from "./memorySegment";
import type { ProcessModule } from "./modules/processModule";
import type { Registers } from "./registers";
import type { FatalSignal } from "./signals";

/** One thread as the dump has it. */
export interface ThreadSnapshot {
  readonly index: number;
  readonly lwp: number;
  /** The process name for the main thread; cores have no names of others. */
  readonly name?: string;
  readonly crashed: boolean;
  readonly signal: number;
  /** By DWARF number; of a thread that its runtime has put aside only those it kept. */
  readonly registers: Registers;
  /** The program counter is where a call returns to: a runtime put the thread aside in that call. */
  readonly isInCall?: boolean;
  /** x86-64 fs_base, aarch64 tpidr_el0: where thread-local storage is. */
  readonly threadPointer?: bigint;
  /** All general registers in the order of the dump, also those without a DWARF number (flags, segments). */
  readonly registerWords: readonly bigint[];
  /** Those of them without a DWARF number by their names: flags, segments, bases. */
  readonly otherRegisters?: ReadonlyMap<string, bigint>;
  /** Floating-point and vector registers: x86's FXSAVE area or aarch64's `user_fpsimd_state`. */
  readonly floatingPoint?: () => Uint8Array;
  /** What else the system wrote of the thread, as it is in the dump. */
  readonly registerBlock?: (kind: RegisterBlock) => Uint8Array | undefined;
}

/** XSAVE's area and where its parts are, FXSAVE's of i386, aarch64's scalable vectors; `siginfo_t`. */
export type RegisterBlock = "xsave" | "xsaveLayout" | "fxsave" | "sve" | "signalInfo";

/** Who wrote the dump; `unknown` where what would tell is missing. */
export type DumpProducer = "kernel" | "gdb" | "qemu" | "unknown";

/** What the system said of the process. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number;
  /** Name of the main thread, at most 15 bytes on Linux. */
  readonly name: string;
  /** Command line, at most 79 bytes on Linux, arguments joined by spaces. */
  readonly commandLine: string;
}

/** What is missing at the end of a dump. */
export interface Truncation {
  readonly fileBytes: number;
  /** What its headers say the file must have. */
  readonly expectedBytes: number;
  readonly missingBytes: number;
  readonly segmentsCut: number;
  readonly segmentsLost: number;
}

/** A dead process: everything the dump itself tells. Files are added later, see `modules/moduleFiles`. */
export interface ProcessSnapshot {
  /** What the dump is, e.g. `ELF core`. */
  readonly format: string;
  readonly architecture: Architecture;
  readonly producer: DumpProducer;
  readonly process?: ProcessInfo;
  /** The crashing thread first. */
  readonly threads: readonly ThreadSnapshot[];
  /** Absent when the process was only looked at. */
  readonly signal?: FatalSignal;
  /** What the kernel told the program when it started, see `auxiliaryVector`; empty where no system has that. */
  readonly auxiliaryVector: ReadonlyMap<number, bigint>;
  readonly mappings: readonly FileMapping[];
  readonly modules: readonly ProcessModule[];
  readonly memory: MemoryImage;
  /** Path of the executable, else the name the kernel kept. */
  readonly executablePath: string;
  readonly truncation?: Truncation;
  readonly problems: ProblemList;
}
