import type { Problem } from "../../base/problems";
import { javaObjectWords, javaWaitWords } from "../../heap/java/program/waitWords";
import type { Wait } from "../locks/wait";
import type { ManagedFrame, ManagedPlace, ManagedThread } from "../managed/managedStack";
import type { FindRuntime, RuntimeFact } from "../managed/runtime";
import type { ProcessModule } from "../modules/processModule";
import type { ProcessSnapshot } from "../processSnapshot";
import type { Frame } from "../unwind/stack";
import { lockedBy } from "./frames/frameLocks";
import { frameVariables } from "./frames/frameVariables";
import { type JavaCode, type JavaCodeFrame, javaCodeOf } from "./frames/javaCode";
import { functionsOf, type JavaFunction } from "./frames/javaFunctions";
import { JavaLocks, type JavaWait } from "./javaLocks";
import { JavaObjects } from "./javaObjects";
import { fieldsOfThread, staticsOf, threadLocalVariables } from "./javaScopes";
import type { JavaThreadFacts } from "./javaThreadFacts";
import { type JavaThread, readJavaThreads } from "./javaThreads";
import { jvmWithoutTables, missingTables } from "./javaVirtualMachine";
import { hasHeap, jvmModuleOf, jvmModulesOf } from "./jvmModules";
import { vmActivity, vmTitle } from "./vmActivity";
import { VmFlags } from "./vmFlags";

/** Frames of one stack that are looked through for Java's. */
const mostFrames = 1 << 18;
/** Packages of the JDK and of languages on the JVM: not what people look for first. */
const libraries = /^(java|javax|jdk|sun|com\.sun|kotlin|scala|groovy)\./;

/** Java's frames in the native stacks of a JVM. */
export const findJavaRuntime: FindRuntime = ({ process, problems }) => {
  const { image } = process;
  const module = jvmModuleOf(image);
  if (module === undefined) return undefined;
  const code = javaCodeOf(image);
  const libjvm = process.modules.find(({ index }) => index === module.index);
  if (code === undefined) {
    problems.add(whyNoJava(module, image));
    return { title: "a JVM", machine: libjvm, threadOf: () => undefined };
  }
  const { structs } = code;
  const flags = new VmFlags(structs);
  const threads = readJavaThreads(structs);
  const byLwp = new Map(
    threads.flatMap((each) => (each.lwp === undefined ? [] : [[each.lwp, each] as const])),
  );
  const objects = JavaObjects.of(structs, flags);
  const locks = objects && new JavaLocks(objects, threads);
  return {
    title: vmTitle({ structs, flags }),
    machine: libjvm,
    facts: () => [
      ...vmActivity({ structs, flags, libjvm, objects, javaThreads: threads.length }),
      ...otherJvms(image, module),
    ],
    mainThread: () => mainThreadOf(threads, (each) => locks?.factsOf(each)),
    threadOf: (snapshot): ManagedThread | undefined => {
      const own = byLwp.get(snapshot.lwp);
      const wait = own && locks?.waitOf(own);
      const facts = own && locks?.factsOf(own);
      const places = placesOf({ code, objects, wait, thread: facts?.object }, process.stackOf(snapshot));
      if (own === undefined && places.length === 0) return undefined;
      const isAsleep = facts !== undefined && !["runnable", "unknown", "new"].includes(facts.state);
      return {
        ...(facts?.name !== undefined && { name: facts.name }),
        notes: facts === undefined || facts.state === "unknown" ? [] : [wordsOf(facts)],
        ...(wait !== undefined && objects !== undefined
          ? { wait: waitIn(objects, wait, snapshot.lwp, places) }
          : isAsleep && { wait: null }),
        places,
        beyond: [],
      };
    },
  };
};

/** More than one JVM is a thing to know: what is told is of one of them. */
function otherJvms(image: ProcessSnapshot, own: ProcessModule): RuntimeFact[] {
  return jvmModulesOf(image)
    .filter(({ index }) => index !== own.index)
    .map((module) => {
      const state = hasHeap(image, module) ? "it runs too, and is not read" : "it has no heap";
      return { name: "Another JVM is mapped", value: `${module.path}: ${state}` };
    });
}

/** The first thread that a JVM makes runs `main`, and has the lowest number; when it has ended, that is one of the JVM's own. */
function mainThreadOf(
  threads: readonly JavaThread[],
  factsOf: (thread: JavaThread) => JavaThreadFacts | undefined,
): number | undefined {
  let main: { readonly lwp: number | undefined; readonly id: number; readonly isDaemon: boolean } | undefined;
  for (const thread of threads) {
    const { id, isDaemon = true } = factsOf(thread) ?? {};
    if (id !== undefined && id < (main?.id ?? Number.POSITIVE_INFINITY))
      main = { lwp: thread.lwp, id, isDaemon };
  }
  return main?.isDaemon === false ? main.lwp : undefined;
}

/** Without its tables nothing of a JVM can be read. */
function whyNoJava(module: ProcessModule, image: ProcessSnapshot): Problem {
  const machine = image.architecture.name;
  const isFollowed = machine === "x86_64" || machine === "aarch64";
  const message = isFollowed
    ? `Java's threads, frames and locks are missing: ${missingTables(jvmWithoutTables(image, module))}.`
    : `Java's frames are missing: those of JVMs on ${machine} are not read.`;
  return { code: "java-frames-missing", message, losesData: false };
}

/** `is timed waiting (sleeping), priority 5, daemon, Java thread 23` */
function wordsOf({ state, reason, priority, isDaemon, id }: JavaThreadFacts): string {
  const parts = [
    `is ${state}${reason === undefined ? "" : ` (${reason})`}`,
    `priority ${priority}`,
    ...(isDaemon ? ["daemon"] : []),
    ...(id === undefined ? [] : [`Java thread ${id}`]),
  ];
  return parts.join(", ");
}

function waitIn(
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

interface Reading {
  readonly code: JavaCode;
  readonly objects: JavaObjects | undefined;
  readonly wait: JavaWait | undefined;
  /** Object of the thread. */
  readonly thread: number | undefined;
}

function placesOf(
  reading: Reading,
  stack: { frameAt(index: number): Frame<unknown> | undefined },
): ManagedPlace[] {
  const { code } = reading;
  const places: ManagedPlace[] = [];
  let isExact = true;
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
        places.push({ nativeIndex, frames: own, isReplaced: true });
        isFirst &&= functions.length === 0;
      }
    }
    isExact = frame.isSignalFrame;
  }
  return places;
}

/** As thread dumps say it: the innermost frame may still wait for what the others have. */
function locksOf(
  { code, objects, wait }: Reading,
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
  reading: Reading,
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
    isLibrary: libraries.test(className),
    ...(isInlined && { isInlined }),
    how: isExact ? runBy : `${runBy}, near this line`,
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
