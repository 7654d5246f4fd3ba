import type { VmStructs } from "./vmStructs";

/** A thread that may run Java code. */
export interface JavaThread {
  /** Address of the `JavaThread`. */
  readonly address: number;
  /** Kernel thread id, joins with the core's threads; undefined for one that was just starting. */
  readonly lwp?: number;
  /** [start, end) of the stack with its guard zones. */
  readonly stack?: { readonly start: number; readonly end: number };
  /** Local allocation buffer: [top, end) of it holds no objects. */
  readonly localBuffer?: { readonly start: number; readonly top: number; readonly end: number };
}

const mostThreads = 200_000;

export function readJavaThreads(structs: VmStructs): JavaThread[] {
  return threadAddresses(structs).map((address) => {
    const end = structs.word(address, ["JavaThread", "_stack_base"], ["Thread", "_stack_base"]);
    const bytes = structs.word(address, ["JavaThread", "_stack_size"], ["Thread", "_stack_size"]);
    const osThread = structs.word(address, ["JavaThread", "_osthread"], ["Thread", "_osthread"]);
    const lwp = structs.int(osThread, ["OSThread", "_thread_id"]);
    const buffer = structs.offset(["Thread", "_tlab"]);
    const localBuffer = buffer === undefined ? undefined : localBufferOf(structs, address + buffer);
    return {
      address,
      ...(lwp === undefined || lwp <= 0 ? {} : { lwp }),
      ...(end === undefined || bytes === undefined || bytes <= 0 || bytes > end
        ? {}
        : { stack: { start: end - bytes, end } }),
      ...(localBuffer === undefined ? {} : { localBuffer }),
    };
  });
}

function localBufferOf(structs: VmStructs, buffer: number): JavaThread["localBuffer"] {
  const start = structs.word(buffer, ["ThreadLocalAllocBuffer", "_start"]);
  const top = structs.word(buffer, ["ThreadLocalAllocBuffer", "_top"]);
  const end = structs.word(buffer, ["ThreadLocalAllocBuffer", "_end"]);
  return start && top && end && start <= top && top <= end ? { start, top, end } : undefined;
}

/** A table since JDK 10, a linked list before. */
function threadAddresses(structs: VmStructs): number[] {
  const list = structs.staticWord(["ThreadsSMRSupport", "_java_thread_list"]);
  if (list !== undefined) {
    const length = structs.int(list, ["ThreadsList", "_length"]) ?? 0;
    const table = structs.word(list, ["ThreadsList", "_threads"]);
    return table === undefined ? [] : [...structs.pointers(table, Math.min(length, mostThreads))];
  }
  return [...structs.list(structs.staticWord(["Threads", "_thread_list"]), ["JavaThread", "_next"])];
}
