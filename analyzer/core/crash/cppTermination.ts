import { exceptionInFlight } from "./cppException";
import { type CrashScene, positionOf } from "./crashScene";
import type { DeathCause } from "./deathCause";

const terminators =
  /^(std::terminate|std::__terminate|__cxxabiv1::__terminate|__cxa_call_terminate|__clang_call_terminate|demangling_terminate_handler|__gnu_cxx::__verbose_terminate_handler)/;
const throwers =
  /^(__cxa_throw|__cxa_rethrow|std::rethrow_exception|_Unwind_RaiseException|_Unwind_Resume_or_Rethrow)/;

/** What the C++ runtime ended the process for: an exception nobody caught, or a call of `std::terminate`. */
export function cppTermination(scene: CrashScene): DeathCause | undefined {
  if (scene.signal.name !== "SIGABRT") return undefined;
  const pure = positionOf(scene, (name) => name === "__cxa_pure_virtual");
  if (pure >= 0)
    return {
      kind: "terminate",
      words: "a pure virtual function was called",
      evidence: "the call of __cxa_pure_virtual",
      blamed: pure + 1,
    };
  const terminate = lastPositionOf(scene, terminators);
  const thrower = lastPositionOf(scene, throwers);
  if (terminate < 0 && thrower < 0) return undefined;
  // What may not throw catches the exception first and then ends the process.
  const caught = positionOf(scene, (name) => /^(__clang_call_terminate|__cxa_call_terminate)/.test(name));
  const thrown = thrower >= 0 || caught >= 0 ? exceptionInFlight(scene) : undefined;
  if (thrown !== undefined) {
    const memoryHint = /^std::(bad_alloc|bad_array_new_length)$/.test(thrown.type)
      ? ": out of memory, or more was asked for than there can be"
      : "";
    const said = memoryHint !== "" || thrown.message === undefined ? memoryHint : `: ${thrown.message}`;
    return {
      kind: "uncaughtException",
      words: `uncaught exception ${thrown.type}${said}`,
      evidence: thrown.evidence,
      blamed: Math.max(thrower, caught) + 1,
    };
  }
  const thread = positionOf(scene, (name) => /^std::(__1::)?thread::~thread$/.test(name));
  if (thread >= 0)
    return {
      kind: "terminate",
      words: "std::terminate: a std::thread that was neither joined nor detached was destroyed",
      evidence: "the call of std::terminate by the destructor of std::thread",
      blamed: thread + 1,
    };
  return {
    kind: "terminate",
    words:
      thrower < 0 ? "std::terminate was called, no exception" : "uncaught C++ exception that cannot be read",
    evidence: thrower < 0 ? "the call of std::terminate" : "the call of __cxa_throw",
    blamed: Math.max(terminate, thrower) + 1,
  };
}

/** The outermost frame of those that belong to the runtime's way to the end. */
function lastPositionOf({ frames }: CrashScene, names: RegExp): number {
  return frames.findLastIndex(({ functions }) =>
    functions.some(({ function: name }) => name !== undefined && names.test(name)),
  );
}
