import type { LoadedProcess } from "../loadedProcess";
import type { LoadedModule } from "../modules/loadedModule";
import { moduleNameOf } from "../modules/processModule";
import type { ThreadSnapshot } from "../processSnapshot";
import type { SymbolFrame, Symbolize } from "../symbols/symbolizer";
import { futexCallOf } from "./futexCall";
import { lockFactsOf, looksLikeMutex } from "./lockWords";
import type { Wait, WaitKind } from "./wait";
import { isWriter, waitKindOf } from "./waitKinds";

/** Between the system call and the program's own function stand some frames of libraries. */
const mostFrames = 16;
/** Frames of libraries that wait on behalf of the program. */
const waiters = /\/(libc|libpthread|libstdc\+\+|libc\+\+|libc\+\+abi|ld-musl-\w+|ld-linux)[-.][^/]*$/;
const runtimeFunctions =
  /^(<?(std|core|alloc|parking_lot|parking_lot_core|runtime|sync|__gthread\w*|__gnu_cxx)(::|\.|\b)|_*(lll_|pthread_|futex_|GI_|gthread_|new_sem|sem_|syscall|timedwait|kernel_vsyscall))/;

/** Waits of threads, each told when asked for. */
export class ThreadWaits {
  private readonly known = new Map<number, Wait | undefined>();
  private readonly muslModules = new Map<LoadedModule, boolean>();
  private readonly lwps: ReadonlySet<number>;
  private readonly byThreadPointer: ReadonlyMap<bigint, number>;

  constructor(
    private readonly process: LoadedProcess,
    private readonly symbolize: Symbolize<LoadedModule>,
  ) {
    const { threads } = process.image;
    this.lwps = new Set(threads.map(({ lwp }) => lwp));
    this.byThreadPointer = new Map(
      threads.flatMap(({ threadPointer, lwp }) =>
        threadPointer === undefined ? [] : [[threadPointer, lwp]],
      ),
    );
  }

  /** Undefined for a thread that does not sleep on a futex. */
  of(thread: ThreadSnapshot): Wait | undefined {
    if (!this.known.has(thread.lwp)) this.known.set(thread.lwp, this.tell(thread));
    return this.known.get(thread.lwp);
  }

  private tell(thread: ThreadSnapshot): Wait | undefined {
    const { image } = this.process;
    const { memory } = image;
    const call = futexCallOf(image, thread);
    if (call === undefined) return undefined;
    const frames = this.framesOf(thread);
    const names = frames.flatMap(({ functions }) =>
      functions.flatMap(({ function: name }) => (name === undefined ? [] : [name])),
    );
    let kind = waitKindOf(names);
    if (kind === undefined && looksLikeMutex(call.address, memory, (lwp) => this.lwps.has(lwp)))
      kind = "mutex";
    const isMusl = frames.some(({ module }) => module !== undefined && this.isOfMusl(module));
    const { owner, isShared, ...facts } = lockFactsOf(kind, call, memory, isMusl);
    const holder = kind === "internalLock" ? this.ownerOfStream(call.address) : owner;
    const since = programFrameOf(frames);
    const module = frames.find(isOfCaller)?.module;
    return {
      lwp: thread.lwp,
      kind: kind ?? "futex",
      isTimed: call.isTimed,
      ...facts,
      ...(holder !== undefined && { owner: holder }),
      ...(holder !== undefined &&
        isShared !== true &&
        !this.lwps.has(holder) && { isOwnerGone: true as const }),
      ...(isLockOfReaders(kind) && isWriter(names) && { isWriting: true as const }),
      ...(since !== undefined && { since }),
      ...(module !== undefined && { module }),
    };
  }

  private isOfMusl(module: LoadedModule): boolean {
    let known = this.muslModules.get(module);
    if (known === undefined) {
      known = isOfMusl(module);
      this.muslModules.set(module, known);
    }
    return known;
  }

  /** `_IO_lock_t` of glibc: lock, depth, and the owner's descriptor. */
  private ownerOfStream(address: bigint): number | undefined {
    const owner = this.process.image.memory.pointer(address + 8n);
    return owner === undefined ? undefined : this.byThreadPointer.get(owner);
  }

  private framesOf(thread: ThreadSnapshot): NamedFrame[] {
    return this.process
      .stackOf(thread)
      .slice(0, mostFrames)
      .map(({ index, module, lookupAddress }) => ({
        index,
        module,
        functions: module === undefined ? [] : this.symbolize(module, BigInt(module.relative(lookupAddress))),
      }));
  }
}

interface NamedFrame {
  readonly index: number;
  readonly module: LoadedModule | undefined;
  readonly functions: readonly SymbolFrame[];
}

function isLockOfReaders(kind: WaitKind | undefined): boolean {
  return kind === "readWriteLock" || kind === "rustReadWriteLock";
}

/** Its own library, or a program it was linked into. */
function isOfMusl(module: LoadedModule): boolean {
  return (
    /musl|^libc\.so$/.test(moduleNameOf(module)) ||
    (module.kind === "executable" && module.symbols.named("__libc_malloc_impl") !== undefined)
  );
}

/** False for libraries that wait on behalf of others. */
function isOfCaller({ module }: NamedFrame): boolean {
  return module !== undefined && module.kind !== "vdso" && !waiters.test(module.path);
}

/** The first function that is the program's own. */
function programFrameOf(frames: readonly NamedFrame[]): Wait["since"] {
  for (const { index, functions } of frames.filter(isOfCaller)) {
    const inline = functions.findIndex(
      ({ function: name }) => name !== undefined && !runtimeFunctions.test(name),
    );
    if (inline >= 0) return { frame: index, inline };
  }
  return undefined;
}
