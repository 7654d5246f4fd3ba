import type { LoadedProcess } from "../loadedProcess";
import type { LoadedModule } from "../modules/loadedModule";
import { moduleNameOf } from "../modules/processModule";
import type { ThreadSnapshot } from "../processSnapshot";
import type { Registers } from "../registers";
import type { FatalSignal } from "../signals";
import type { SymbolFrame, Symbolize } from "../symbols/symbolizer";
import type { Frame } from "../unwind/stack";

/** A frame with the functions that stand there, inlined ones first. */
export interface SceneFrame {
  readonly frame: Frame<LoadedModule>;
  readonly functions: readonly SymbolFrame[];
}

/** What is looked at to say why a process died. */
export interface CrashScene {
  readonly process: LoadedProcess;
  readonly thread: ThreadSnapshot;
  readonly signal: FatalSignal;
  /** Of the code the signal struck; a handler has registers of its own. */
  readonly registers: Registers;
  /** From where the signal struck, as far as people would look. */
  readonly frames: readonly SceneFrame[];
}

/** Between the user's function and the end of the process stand a dozen frames of runtimes at most. */
const mostFrames = 48;

export function sceneOf(
  process: LoadedProcess,
  thread: ThreadSnapshot,
  signal: FatalSignal,
  symbolize: Symbolize<LoadedModule>,
): CrashScene {
  const frames = process
    .stackOf(thread)
    .slice(0, mostFrames)
    .map((frame): SceneFrame => {
      const { module, lookupAddress, isSignalFrame } = frame;
      if (module === undefined || isSignalFrame) return { frame, functions: [] };
      return { frame, functions: symbolize(module, BigInt(module.relative(lookupAddress))) };
    });
  return { process, thread, signal, registers: thread.registers, frames };
}

export function programCounterOf({ process, registers }: CrashScene): bigint {
  return registers[process.image.architecture.programCounter] ?? 0n;
}

export function stackPointerOf({ process, registers }: CrashScene): bigint {
  return registers[process.image.architecture.stackPointer] ?? 0n;
}

/** Position of the first frame that has a function by one of some names. */
export function positionOf({ frames }: CrashScene, isWanted: (name: string) => boolean): number {
  return frames.findIndex(({ functions }) =>
    functions.some(({ function: name }) => name !== undefined && isWanted(name)),
  );
}

/** Where a symbol of a module is in the process. */
export interface FoundSymbol {
  readonly module: LoadedModule;
  readonly address: bigint;
  readonly bytes: number;
}

/** @param isLikely modules to look at first and only; all when none is likely */
export function findSymbol(
  { process }: CrashScene,
  names: readonly string[],
  isLikely: (module: LoadedModule) => boolean,
): FoundSymbol | undefined {
  for (const module of process.modules.filter(isLikely)) {
    for (const name of names) {
      const symbol = module.symbols.named(name);
      if (symbol !== undefined)
        return { module, address: BigInt(symbol.address) + module.bias, bytes: symbol.bytes };
    }
  }
  return undefined;
}

export function isExecutable({ kind }: LoadedModule): boolean {
  return kind === "executable";
}

/** glibc, whatever its file is called. */
export function isLibrary(pattern: RegExp): (module: LoadedModule) => boolean {
  return (module) => module.kind !== "vdso" && (isExecutable(module) || pattern.test(moduleNameOf(module)));
}
