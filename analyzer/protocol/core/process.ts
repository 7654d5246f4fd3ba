import { dump } from "../dump/open";
import { request } from "../request";
import { text } from "../shapes";
import type { Bytes, WireProblem } from "../wire";
import type { CoreDeadlock } from "./locks";

/** An address in the dead process: `0x…`. */
export type HexAddress = string;

/** In parameters: an address of the process. */
export const address = text(40);

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

export interface CoreCause {
  /** `assertion`, `uncaughtException`, … */
  readonly kind: string;
  /** In words, with the program's own message. */
  readonly words: string;
  /** Where it was read. */
  readonly evidence: string;
}

/** `unverified`: the core holds nothing that tells whether the file is what ran. */
export type CoreModuleStatus = "found" | "unverified" | "missing" | "mismatched";

export interface CoreModuleCounts extends Readonly<Record<CoreModuleStatus, number>> {
  /** `7 found, 1 unverified` */
  readonly words: string;
}

/** A language runtime in the process: what it is, and what it was doing. */
export interface CoreRuntime {
  /** `JDK 17.0.15+6, G1` */
  readonly title: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

export interface CoreSummary {
  readonly path: string;
  readonly format: string;
  readonly fileBytes: Bytes;
  readonly architecture: string;
  readonly producer: "kernel" | "gdb" | "qemu" | "unknown";
  readonly executable: string;
  readonly process?: { readonly pid: number; readonly name: string; readonly commandLine: string };
  readonly signal?: CoreSignal;
  /** Why it died, when more is known than the signal. */
  readonly cause?: CoreCause;
  /** Threads that will wait for ever, when no fault ended the process. */
  readonly deadlocks?: readonly CoreDeadlock[];
  readonly runtimes?: readonly CoreRuntime[];
  /** One sentence: what happened and where. */
  readonly headline: string;
  readonly threads: number;
  readonly modules: CoreModuleCounts;
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

export interface CoreAuxiliaryRow {
  /** `AT_ENTRY` */
  readonly name: string;
  readonly value: HexAddress;
  /** What it points to or means, when it says more than the number. */
  readonly text?: string;
}

export const coreProcessRequests = {
  "core/summary": request({ dump }).gives<CoreSummary>(),
  "core/process": request({ dump }).gives<{
    readonly auxiliaryVector: readonly CoreAuxiliaryRow[];
    readonly arguments: readonly string[];
    readonly environment: readonly { readonly name: string; readonly value: string }[];
  }>(),
};
