import type { ThreadState } from "../../../heap/java/program/threadState";
import type { Wait } from "../../locks/wait";
import type { LightThread } from "../../managed/lightThread";
import type { LoadedModule } from "../../modules/loadedModule";
import type { Registers } from "../../registers";
import type { Stack } from "../../unwind/stack";
import type { VirtualThreads } from "./virtualThreads";

/** What a virtual thread is told by beside its own object. */
export interface VirtualThreadSource {
  readonly threads: VirtualThreads;
  /** Kernel id of the thread that runs it. */
  readonly carrierLwp: (object: number) => number | undefined;
  readonly stackOf: (thread: JavaLightThread) => Stack<LoadedModule>;
  readonly waitOf: (thread: JavaLightThread) => Wait | undefined;
  /** Packages of the JDK and of languages on the JVM. */
  readonly isLibrary: (functionName: string) => boolean;
}

const noun = ["virtual thread", "virtual threads"] as const;

/** A virtual thread of a JVM. What it tells is read when it is asked for. */
export class JavaLightThread implements LightThread {
  readonly crashed = false;
  readonly signal = 0;
  readonly isSystem = false;
  readonly isInCall: boolean;

  constructor(
    private readonly source: VirtualThreadSource,
    /** Address of its object. */
    readonly object: number,
    readonly lwp: number,
  ) {
    this.isInCall = source.threads.carrierOf(object) === undefined;
  }

  get index(): number {
    return this.lwp;
  }

  get title(): string {
    const { id, name } = this.source.threads.factsOf(this.object);
    return name === "" ? `virtual thread ${id}` : `virtual thread ${id} "${name}"`;
  }

  get name(): string {
    return this.title;
  }

  get noun(): typeof noun {
    return noun;
  }

  get state(): ThreadState {
    return this.source.threads.factsOf(this.object).state;
  }

  get notes(): readonly string[] {
    return [`is ${this.state}`];
  }

  get registers(): Registers {
    return this.keptStack().frameAt(0)?.registers ?? [];
  }

  get registerWords(): readonly bigint[] {
    return [];
  }

  get runsOn(): number | undefined {
    return this.isInCall ? undefined : this.source.carrierLwp(this.object);
  }

  keptStack(): Stack<LoadedModule> {
    return this.source.stackOf(this);
  }

  wait(): Wait | undefined {
    return this.source.waitOf(this);
  }

  /** Who can wake it is not known: threads of the system can, too. */
  waits(): undefined {
    return undefined;
  }

  isPlumbing(functionName: string): boolean {
    return this.source.isLibrary(functionName);
  }
}
