import { javaObjectWords, javaWaitWords } from "../../heap/java/program/waitWords";
import type { Wait } from "../locks/wait";
import type { ManagedFrame, ManagedPlace } from "../managed/managedStack";
import type { Frame } from "../unwind/stack";
import { isContinuationStub } from "./frames/continuationEntry";
import { lockedBy } from "./frames/frameLocks";
import { frameVariables } from "./frames/frameVariables";
import type { JavaCode, JavaCodeFrame } from "./frames/javaCode";
import { functionsOf, type JavaFunction } from "./frames/javaFunctions";
import type { JavaWait } from "./javaLocks";
import type { JavaObjects } from "./javaObjects";
import { fieldsOfThread, staticsOf, threadLocalVariables } from "./javaScopes";

/** Frames of one stack that are looked through for Java's. */
const mostFrames = 1 << 18;
/** Packages of the JDK and of languages on the JVM: not what people look for first. */
const libraries = /^(java|javax|jdk|sun|com\.sun|kotlin|scala|groovy)\./;

export function isJavaLibrary(functionName: string): boolean {
  return libraries.test(functionName);
}

/** @param lwp of the thread that waits */
export function waitIn(
  objects: JavaObjects,
  { kind, object, owner, isTimed }: JavaWait,
  lwp: number,
  places: readonly ManagedPlace[],
): Wait {
  const since = places.flatMap(({ frames }) => frames).find(({ isLibrary }) => !isLibrary);
  const { function: name, file, line } = since ?? {};
  const at = file === undefined ? "" : ` at ${file}${line === undefined ? "" : `:${line}`}`;
  const isHeld = kind === "javaMonitor" || kind === "javaLock";
  return {
    lwp,
    kind,
    address: BigInt(object),
    isTimed,
    told: `${javaWaitWords[kind]} ${nameOf(objects, object)}`,
    ...(isHeld && owner?.lwp !== undefined && { owner: owner.lwp }),
    ...(isHeld && owner?.name !== undefined && { ownerName: owner.name }),
    ...(name !== undefined && { sinceTold: `${name}${at}` }),
  };
}

function nameOf(objects: JavaObjects, object: number): string {
  return javaObjectWords(objects.describe(object), BigInt(object));
}

/** What the frames of one thread are read with. */
export interface JavaReading {
  readonly code: JavaCode;
  readonly objects: JavaObjects | undefined;
  readonly wait: JavaWait | undefined;
  /** Object of the thread. */
  readonly thread: number | undefined;
  /** False where the innermost frame is one that is returned to. */
  readonly isExact: boolean;
  /** What is still in the heap of the virtual thread that this one runs: the callers of its outermost frame. */
  readonly carried?: () => readonly ManagedFrame[];
}

/** Frames of Java in a stack. */
export function placesOf(
  reading: JavaReading,
  stack: { frameAt(index: number): Frame<unknown> | undefined },
): ManagedPlace[] {
  const { code } = reading;
  const places: ManagedPlace[] = [];
  let { isExact } = reading;
  let isFirst = true;
  for (let nativeIndex = 0; nativeIndex < mostFrames; nativeIndex++) {
    const frame = stack.frameAt(nativeIndex);
    if (frame === undefined) break;
    if (frame.module === undefined) {
      const { pc, registers } = frame;
      const found = code.frameAt({ pc, registers, isExact });
      if (found !== undefined) {
        const functions = functionsOf(code, found);
        const frames = functions.map((each, index) =>
          frameOf(reading, frame, found, each, isFirst && index === 0),
        );
        const own =
          frames.length > 0 ? frames : [{ language: "JVM", function: found.blob.name, isLibrary: true }];
        const kept = !isExact && isContinuationStub(found.blob) ? (reading.carried?.() ?? []) : [];
        places.push({ nativeIndex, frames: kept.length > 0 ? kept : own, isReplaced: true });
        isFirst &&= functions.length === 0;
      }
    }
    isExact = frame.isSignalFrame;
  }
  return places;
}

/** As thread dumps say it: the innermost frame may still wait for what the others have. */
function locksOf(
  { code, objects, wait }: JavaReading,
  frame: Frame<unknown>,
  found: JavaCodeFrame,
  own: JavaFunction,
  isInnermost: boolean,
): string[] {
  if (objects === undefined) return [];
  const locked = lockedBy(code, objects, frame, found, own);
  const lines: string[] = [];
  if (isInnermost && wait !== undefined && !(wait.kind === "javaMonitor" && locked.includes(wait.object)))
    lines.push(`${innermostWords[wait.kind]} ${nameOf(objects, wait.object)}`);
  for (const object of locked) {
    const isAwaited = isInnermost && wait?.kind === "javaMonitor" && object === wait.object;
    lines.push(`${isAwaited ? "waiting to lock" : "locked"} ${nameOf(objects, object)}`);
  }
  return lines;
}

const innermostWords: Readonly<Record<JavaWait["kind"], string>> = {
  javaMonitor: "waiting to lock",
  javaCondition: "waiting on",
  javaLock: "parking to wait for",
  javaParked: "parking to wait for",
};

function frameOf(
  reading: JavaReading,
  frame: Frame<unknown>,
  found: JavaCodeFrame,
  own: JavaFunction,
  isInnermost: boolean,
): ManagedFrame {
  const { code, objects, thread } = reading;
  const { method, line, runBy, isInlined, isExact } = own;
  const { className, name, file } = method;
  const locks = locksOf(reading, frame, found, own, isInnermost);
  return {
    language: "Java",
    function: `${className}.${name}`,
    className,
    isLibrary: isJavaLibrary(className),
    ...(isInlined && { isInlined }),
    how: runBy,
    ...(!isExact && { caution: "near this line" }),
    ...(locks.length > 0 && { locks }),
    ...(objects !== undefined && {
      variables: () => frameVariables(code, objects, frame, found, own),
      globals: () =>
        staticsOf(objects, code.structs.word(method.constants, ["ConstantPool", "_pool_holder"]) ?? 0),
    }),
    ...(objects !== undefined &&
      thread !== undefined && {
        threadLocals: () => threadLocalVariables(objects, thread),
        thread: () => fieldsOfThread(objects, thread),
      }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}
