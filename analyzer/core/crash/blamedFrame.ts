import type { CrashScene, SceneFrame } from "./crashScene";
import type { DeathCause } from "./deathCause";

/** Libraries that end the process, or wait, on behalf of their caller. */
const messengers =
  /\/(libc|libpthread|libstdc\+\+|libgcc_s|libc\+\+|libc\+\+abi|libasan|libubsan|libtsan|ld-musl-\w+|ld-linux)[-.][^/]*$/;

/** True of a library that does what its caller asks of it: who that is matters more than what it is called. */
export function isMessenger({ path }: { readonly path: string }): boolean {
  return messengers.test(path);
}

/** The same where the library is linked into the program, as Rust's is, or where its templates were compiled into it. */
const runtimeFunctions =
  /^(<?(std|core|alloc|panic_abort|rust_panic|rust_begin_unwind|__rust\w*|__cxxabiv1|__gnu_cxx|runtime)(::|_|\b)|(__cxa_|_Unwind_|__sanitizer|__asan|__ubsan|__interceptor_|__assert_fail|__stack_chk_fail)|(abort|raise|free|malloc|realloc|calloc|tgkill|kill|__restore_sigs|__pthread_kill\w*|pthread_kill|__GI_\w+|__libc_message|malloc_printerr|_int_free|memset|memcpy|strcpy)$)/;

/** Signals an instruction is to blame for. */
const faults = new Set(["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGTRAP"]);

/** A function to look at first: a frame of the scene and which of its functions. */
export interface BlamedFunction {
  readonly frame: SceneFrame;
  readonly inline: number;
}

/**
 * Where to look first: where an instruction failed; for a signal somebody sent, an abort and the like the first
 * function outside of the libraries that carried it out.
 */
export function blamedFrameOf(scene: CrashScene, cause: DeathCause | undefined): BlamedFunction | undefined {
  const { signal, frames } = scene;
  const start = cause?.blamed;
  if (start === undefined && faults.has(signal.name) && signal.senderPid === undefined) return undefined;
  const isFault = start !== undefined && faults.has(signal.name);
  for (const frame of frames.slice(start ?? 0)) {
    const { module, isSignalFrame } = frame.frame;
    if (isSignalFrame || module === undefined || module.kind === "vdso") continue;
    if (!isFault && isMessenger(module)) continue;
    // Of a program without symbols the address is what can be told.
    if (!frame.functions.some(({ function: name }) => name !== undefined)) return { frame, inline: 0 };
    const inline = frame.functions.findIndex(
      ({ function: name }) => name !== undefined && (isFault || !runtimeFunctions.test(name)),
    );
    if (inline >= 0) return { frame, inline };
  }
  return undefined;
}
