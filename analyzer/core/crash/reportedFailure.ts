import { argumentRegisters, constantsBeforeCall } from "./callConstants";
import { type CrashScene, positionOf } from "./crashScene";
import type { DeathCause, DeathKind } from "./deathCause";
import { messageAt } from "./foreignMessage";

/** Functions that end the process for their caller, and which of their arguments says why. */
const reporters: readonly {
  readonly names: RegExp;
  readonly kind: DeathKind;
  readonly words: string;
  /** Number of the argument that is a text. */
  readonly text?: 0 | 1 | 2 | 3;
}[] = [
  { names: /^(__assert_fail|__assert|__assert_rtn)$/, kind: "assertion", words: "assertion failed", text: 0 },
  // libstdc++'s own assertions: file, line, function, condition.
  { names: /^std::__glibcxx_assert_fail$/, kind: "assertion", words: "assertion failed", text: 3 },
  { names: /^std::__\w+::__libcpp_verbose_abort$/, kind: "assertion", words: "libc++ says", text: 0 },
  {
    names: /^(__stack_chk_fail|__stack_chk_fail_local)$/,
    kind: "abortMessage",
    words: "stack smashing detected",
  },
  { names: /^(__chk_fail|__\w+_chk)$/, kind: "abortMessage", words: "buffer overflow detected" },
  {
    names: /^std::__throw_bad_function_call$/,
    kind: "abortMessage",
    words: "call of an empty std::function",
  },
  // Python's, which tells its function first; since 3.9 the public one is called by extensions only.
  { names: /^_Py_FatalError(Func|Format)$/, kind: "abortMessage", words: "Fatal Python error", text: 1 },
  { names: /^Py_FatalError$/, kind: "abortMessage", words: "Fatal Python error", text: 0 },
  {
    names: /(^|::)(rust_oom|handle_alloc_error|__rust_alloc_error_handler)$/,
    kind: "rustPanic",
    words: "memory allocation failed: out of memory, or more was asked for than there can be",
  },
  {
    names: /^(__libc_free|free|get_meta|alloc_slot|__malloc_alloc_meta|__libc_realloc)$/,
    kind: "abortMessage",
    words: "",
  },
];

/** Failures that leave no message in memory: told by who ended the process, and what its caller had passed. */
export function reportedFailure(scene: CrashScene): DeathCause | undefined {
  const { signal, frames, process } = scene;
  const byTrap = isTrap(scene);
  if (signal.name !== "SIGABRT" && !byTrap) return undefined;
  for (const { names, kind, words, text } of reporters) {
    const at = positionOf(scene, (name) => names.test(name));
    const caller = frames[at + 1];
    if (at < 0) continue;
    const name = frames[at]!.functions.find((each) => names.test(each.function ?? ""))!.function!;
    if (words === "") {
      if (!byTrap) continue;
      return {
        kind,
        words: `${name} found the heap damaged`,
        evidence: "hlt, by which musl ends a process",
        blamed: at + 1,
      };
    }
    const { architecture, memory } = process.image;
    const passed =
      text === undefined || caller === undefined || architecture.name !== "x86_64"
        ? undefined
        : constantsBeforeCall(memory, caller.frame.pc).get(argumentRegisters[text]);
    const message = passed === undefined ? undefined : messageAt(memory, passed);
    return {
      kind,
      words: message === undefined ? words : `${words}: ${message}`,
      evidence: message === undefined ? `the call of ${name}` : `what ${name} was called with`,
      ...(caller !== undefined && { blamed: at + 1 }),
    };
  }
  return undefined;
}

/** hlt may not be used by programs: musl ends by it where nothing can be relied on any more. */
function isTrap({ process, signal, registers }: CrashScene): boolean {
  const { architecture, memory } = process.image;
  if (signal.name !== "SIGSEGV" || architecture.name !== "x86_64") return false;
  return memory.u8(registers[architecture.programCounter] ?? 0n) === 0xf4;
}
