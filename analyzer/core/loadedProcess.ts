import type { SectionReading } from "../base/sectionReading";
import { unwatched, type Work } from "../base/work";
import { AddressLookup } from "./addressLookup";
import { auxiliary } from "./auxiliaryVector";
import { javaCodeOf } from "./hotspot/frames/javaCode";
import { v8CodeOf } from "./javascript/v8Code";
import type { KeptStack } from "./managed/lightThread";
import { LoadedModule, type OpenedFiles } from "./modules/loadedModule";
import type { ModuleMatch } from "./modules/moduleFiles";
import type { ProcessModule } from "./modules/processModule";
import type { ProcessSnapshot, ThreadSnapshot } from "./processSnapshot";
import type { GeneratedCode } from "./unwind/generatedCode";
import type { Stack } from "./unwind/stack";
import { StackWalk } from "./unwind/stackWalk";

/** Four times what the usual stack of 8 MiB can hold. */
const mostFramesOfDeepThread = 1 << 21;
/** Of threads beyond the first ones: a damaged core can have a hundred thousand. */
const mostFramesOfThread = 10_000;
const deepThreads = 4;

/** A core together with the files of its modules: what stacks, symbols and values are read from. */
export class LoadedProcess {
  /** What the dump tells; modules of which it has no headers have those of their files. */
  readonly image: ProcessSnapshot;
  /** By address. */
  readonly modules: readonly LoadedModule[];
  private readonly stacks = new Map<number, Stack<LoadedModule>>();
  private readonly lookup: AddressLookup<LoadedModule>;
  private readonly entry: bigint | undefined;
  private madeCode: { readonly found: GeneratedCode | undefined } | undefined;
  private work: Pick<Work, "throwIfCancelled"> = unwatched;

  /**
   * @param matches one for each module of the image, in order
   * @param open opens the files a match names
   */
  constructor(
    image: ProcessSnapshot,
    matches: readonly ModuleMatch[],
    open: (index: number, match: ModuleMatch) => OpenedFiles,
    reading: SectionReading,
  ) {
    const entry = image.auxiliaryVector.get(auxiliary.entry);
    this.entry = entry;
    const loaded = image.modules.map((module, index) => {
      const match = matches[index]!;
      const files = open(index, match);
      const inputs = { match, files, memory: image.memory, reading };
      return new LoadedModule(module, entry === undefined ? inputs : { ...inputs, entry });
    });
    this.modules = [...loaded].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
    this.image = { ...image, modules: image.modules.map((each, index) => withHeaders(each, loaded[index]!)) };
    this.lookup = new AddressLookup(
      this.modules.flatMap((module) =>
        module.ranges.map(({ start, end }) => ({ start, end, value: module })),
      ),
    );
    image.memory.addBackings(this.modules.flatMap((module) => module.backings));
  }

  /** The module that has an address mapped. */
  moduleAt(address: bigint): LoadedModule | undefined {
    return this.lookup.at(address);
  }

  /** The stack of a thread; kept, since views ask for it again and again. */
  stackOf(thread: ThreadSnapshot & KeptStack): Stack<LoadedModule> {
    // Nothing is followed from registers, and there may be a million.
    if (thread.keptStack !== undefined) return thread.keptStack();
    let stack = this.stacks.get(thread.index);
    if (stack === undefined) {
      const mostFrames = thread.index < deepThreads ? mostFramesOfDeepThread : mostFramesOfThread;
      stack = this.freshStackOf(thread, mostFrames);
      this.stacks.set(thread.index, stack);
    }
    return stack;
  }

  /** Has a stack stand for what the registers of a thread lead to. */
  keepStack(thread: ThreadSnapshot, stack: Stack<LoadedModule>): void {
    this.stacks.set(thread.index, stack);
  }

  /** The same, not kept: of a million threads a runtime has put aside. */
  freshStackOf(
    thread: Pick<ThreadSnapshot, "registers" | "isInCall"> & KeptStack,
    mostFrames = mostFramesOfThread,
  ): Stack<LoadedModule> {
    if (thread.keptStack !== undefined) return thread.keptStack();
    const { registers, isInCall } = thread;
    const inputs = {
      architecture: this.image.architecture,
      memory: this.image.memory,
      moduleAt: (address: bigint) => this.moduleAt(address),
      generatedCode: () => this.generatedCode,
      ...(this.entry !== undefined && { entry: this.entry }),
    };
    const limits = { mostFrames, throwIfCancelled: () => this.throwIfCancelled() };
    return new StackWalk(registers, inputs, limits, isInCall);
  }

  /** @throws ExhumeError `cancelled` when the answer that is worked on is not wanted any more */
  throwIfCancelled(): void {
    this.work.throwIfCancelled();
  }

  /** Code that a virtual machine made. */
  private get generatedCode(): GeneratedCode | undefined {
    this.madeCode ??= { found: javaCodeOf(this.image) ?? v8CodeOf(this.image, this.modules) };
    return this.madeCode.found;
  }

  /** Answers while `work` wants an answer: what follows deep stacks asks it whether to go on. */
  during<Answer>(work: Pick<Work, "throwIfCancelled">, answer: () => Answer): Answer {
    const before = this.work;
    this.work = work;
    try {
      return answer();
    } finally {
      this.work = before;
    }
  }
}

/** What a runtime tells about itself is found by its library's headers, wherever they are. */
function withHeaders(
  module: ProcessModule,
  { files, match, bias, start, end, ranges }: LoadedModule,
): ProcessModule {
  if (module.headers !== undefined || files.main === undefined || match.status === "mismatched")
    return module;
  return { ...module, headers: files.main, bias, start, end, ranges };
}
