import type { ManagedFrame, ManagedPlace, ManagedThread } from "../managed/managedStack";
import type { FindRuntime } from "../managed/runtime";
import type { Frame } from "../unwind/stack";
import { type JavaCode, javaCodeOf } from "./frames/javaCode";
import { functionsOf, type JavaFunction } from "./frames/javaFunctions";
import { JavaObjects } from "./javaObjects";
import { type JavaThreadFacts, javaThreadFacts } from "./javaThreadFacts";
import { readJavaThreads } from "./javaThreads";
import { jvmModuleOf } from "./javaVirtualMachine";
import { VmFlags } from "./vmFlags";

/** Frames of one stack that are looked through for Java's. */
const mostFrames = 1 << 18;

/** Java's frames in the native stacks of a JVM. */
export const findJavaRuntime: FindRuntime = ({ process }) => {
  const { image } = process;
  if (jvmModuleOf(image) === undefined) return undefined;
  const code = javaCodeOf(image);
  if (code === undefined) return undefined;
  const { structs } = code;
  const threads = new Map(
    readJavaThreads(structs).flatMap((each) => (each.lwp === undefined ? [] : [[each.lwp, each] as const])),
  );
  const objects = JavaObjects.of(structs, new VmFlags(structs));
  return {
    title: "HotSpot",
    threadOf: ({ lwp, ...thread }): ManagedThread | undefined => {
      const own = threads.get(lwp);
      const places = placesOf(code, process.stackOf({ lwp, ...thread }));
      if (own === undefined && places.length === 0) return undefined;
      const facts = own && objects && javaThreadFacts(objects, own);
      return {
        ...(facts?.name !== undefined && { name: facts.name }),
        notes: facts === undefined || facts.state === "unknown" ? [] : [wordsOf(facts)],
        places,
        beyond: [],
      };
    },
  };
};

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

function placesOf(
  code: JavaCode,
  stack: { frameAt(index: number): Frame<unknown> | undefined },
): ManagedPlace[] {
  const places: ManagedPlace[] = [];
  let isExact = true;
  for (let nativeIndex = 0; nativeIndex < mostFrames; nativeIndex++) {
    const frame = stack.frameAt(nativeIndex);
    if (frame === undefined) break;
    if (frame.module === undefined) {
      const { pc, registers } = frame;
      const found = code.frameAt({ pc, registers, isExact });
      if (found !== undefined) {
        const functions = functionsOf(code, found);
        const frames =
          functions.length > 0 ? functions.map(frameOf) : [{ language: "JVM", function: found.blob.name }];
        places.push({ nativeIndex, frames, isReplaced: true });
      }
    }
    isExact = frame.isSignalFrame;
  }
  return places;
}

function frameOf({ method, line, runBy, isInlined, isExact }: JavaFunction): ManagedFrame {
  const { className, name, file } = method;
  return {
    language: "Java",
    function: `${className}.${name}`,
    className,
    ...(isInlined && { isInlined }),
    how: isExact ? runBy : `${runBy}, near this line`,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}
