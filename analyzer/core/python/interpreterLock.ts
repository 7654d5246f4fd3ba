import type { FoundPython } from "./locatePython";

/** The lock that a thread must hold to run Python code (GIL). */
export interface InterpreterLock {
  /** [start, end) of it, with what threads wait on. */
  readonly start: number;
  readonly end: number;
  /** `PyThreadState` of the thread that holds it. */
  readonly holder?: number;
}

/** `struct _gil_runtime_state` on Linux. */
const fields = { holder: 8, locked: 16, bytes: 208 } as const;

/** Of one interpreter; since 3.12 each can have its own. */
export function interpreterLockOf(
  { python, runtime }: FoundPython,
  interpreter: number,
): InterpreterLock | undefined {
  const { runtime: layout, interpreter: interpreterLayout } = python.layout;
  const start =
    interpreterLayout.gilPointer === undefined
      ? runtime + (layout.gil ?? 0)
      : python.pointer(interpreter + interpreterLayout.gilPointer);
  if (start === undefined) return undefined;
  const holder = python.i32(start + fields.locked) === 1 ? python.pointer(start + fields.holder) : undefined;
  return { start, end: start + fields.bytes, ...(holder !== undefined && { holder }) };
}
