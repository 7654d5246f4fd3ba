import type { Problem } from "../../base/problems";
import type { ManagedThread } from "../managed/managedStack";
import type { FindRuntime, RuntimeFact } from "../managed/runtime";
import type { ProcessModule } from "../modules/processModule";
import type { ProcessSnapshot } from "../processSnapshot";
import { javaCodeOf } from "./frames/javaCode";
import { JavaObjects } from "./javaObjects";
import { placesOf, waitIn } from "./javaPlaces";
import type { JavaThreadFacts } from "./javaThreadFacts";
import { type JavaThread, readJavaThreads } from "./javaThreads";
import { jvmWithoutTables, missingTables } from "./javaVirtualMachine";
import { untriedJdk } from "./jdkVersion";
import { hasHeap, jvmModuleOf, jvmModulesOf } from "./jvmModules";
import { JavaLightThread } from "./virtualThreads/javaLightThread";
import { VirtualRuntime } from "./virtualThreads/virtualRuntime";
import { vmActivity, vmTitle } from "./vmActivity";
import { VmFlags } from "./vmFlags";

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
  const virtual = objects && new VirtualRuntime(process, code, objects, threads, problems);
  const locks = virtual?.locks;
  return {
    title: vmTitle({ structs, flags }),
    machine: libjvm,
    doubt: untriedJdk(structs),
    get lightThreads() {
      return virtual?.lightThreads ?? [];
    },
    facts: () => [
      ...vmActivity({ structs, flags, libjvm, objects, javaThreads: threads.length }),
      ...otherJvms(image, module),
    ],
    mainThread: () => mainThreadOf(threads, (each) => locks?.factsOf(each)),
    threadOf: (snapshot): ManagedThread | undefined => {
      if (snapshot instanceof JavaLightThread) return virtual?.threadOf(snapshot);
      const own = byLwp.get(snapshot.lwp);
      const wait = own && locks?.waitOf(own);
      const facts = own && locks?.factsOf(own);
      const carried = own && virtual?.carriedBy(own);
      const reading = {
        ...{ code, objects, wait, thread: facts?.object, isExact: snapshot.isInCall !== true },
        ...(carried !== undefined && { carried: () => virtual!.frozenFrames(carried) }),
      };
      const places = placesOf(reading, process.stackOf(snapshot));
      if (own === undefined && places.length === 0) return undefined;
      const isAsleep = facts !== undefined && !["runnable", "unknown", "new"].includes(facts.state);
      return {
        ...(facts?.name !== undefined && { name: facts.name }),
        ...(carried !== undefined && { runs: carried.title }),
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
