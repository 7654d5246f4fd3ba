import type { Wait } from "../locks/wait";
import type { ManagedVariable } from "./managedValue";

/** A call that a language runtime knows of and native tables do not. */
export interface ManagedFrame {
  /** As people call it: `Python`, `Java`, `JavaScript`, `Go`. */
  readonly language: string;
  readonly function?: string;
  /** Class that declares the function, in languages that find source by classes; the function begins with it and a dot. */
  readonly className?: string;
  /** The compiler put the function into its caller. */
  readonly isInlined?: true;
  /** Found by what the runtime keeps, whatever the native frame there was found by. */
  readonly isCertain?: true;
  /** How the code was run. */
  readonly how?: string;
  /** What to know of its line, or of its being there at all: it is said wherever the frame is. */
  readonly caution?: string;
  /** As the runtime recorded it. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Of the language's own library, or a foreign one: not what people look for first. */
  readonly isLibrary?: boolean;
  /** Locks it has, or waits for, as thread dumps say it: `locked a java.lang.Object (0x…)`. */
  readonly locks?: readonly string[];
  /** Arguments and local variables; undefined where the runtime does not tell them. */
  readonly variables?: () => readonly ManagedVariable[];
  /** Those of its module, in languages that look names up there. */
  readonly globals?: () => readonly ManagedVariable[];
  /** What the thread keeps for itself under names of the program, in languages that have such. */
  readonly threadLocals?: () => readonly ManagedVariable[];
  /** What the runtime keeps of the thread. */
  readonly thread?: () => readonly ManagedVariable[];
}

/** Frames that belong at one native frame of a stack. */
export interface ManagedPlace {
  /** `Frame.index` of the native frame. */
  readonly nativeIndex: number;
  /** Innermost first; they stand on the inner side of the native frame. */
  readonly frames: readonly ManagedFrame[];
  /** The native frame is the runtime's own loop or stub: it is not shown. */
  readonly isReplaced: boolean;
}

/** What a runtime tells of a thread. */
export interface ManagedThread {
  /** The name the program gave it. */
  readonly name?: string;
  /** The thread of the runtime's own that it runs: `goroutine 12`. */
  readonly runs?: string;
  /** Said of the thread, each as its predicate: `holds the GIL`, `handles ValueError: x`. */
  readonly notes: readonly string[];
  /** What it waits for in the language's own terms; null when it sleeps in a way that waits for nobody. */
  readonly wait?: Wait | null;
  /** By rising native index, one for a native frame. */
  readonly places: readonly ManagedPlace[];
  /** Frames whose native ones were not found: they follow the native stack. */
  readonly beyond: readonly ManagedFrame[];
}
