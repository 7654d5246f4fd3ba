import { statSync } from "node:fs";
import { ExhumeError } from "../../base/errors";
import { formatBytes, formatQuantity } from "../../base/figures";
import { ProblemList } from "../../base/problems";
import {
  type MadeHeapDump,
  makeVirtualHeapDump,
  type WalkedHeap,
} from "../../core/hotspot/heapDump/makeVirtualHeapDump";
import { type RecordClasses, recordKind } from "../../core/hotspot/heapDump/virtualHeapDump";
import { openVirtualHeapDump } from "../../core/hotspot/heapDump/virtualHeapDumpSource";
import type { JavaVirtualMachine } from "../../core/hotspot/javaVirtualMachine";
import { notVerifiedOf } from "../../core/hotspot/jdkVersion";
import { isInCollection } from "../../core/hotspot/vmActivity";
import type { ThreadSnapshot } from "../../core/processSnapshot";
import { coreRoom } from "../core/coreRoom";
import { jvmOrReason, whyNoHeap } from "../core/requireJvm";
import type { BuildInputs } from "../room";
import type { HeapBytes } from "./heapRoom";

/**
 * Reads the JVM of a core. What it gives walks the heap, unless an earlier walk is given, and makes a heap dump of it.
 * @throws ExhumeError `unsupported` when the process is not a JVM, or one whose heap cannot be read
 */
export async function openHeapOfCore(
  inputs: BuildInputs,
): Promise<(saved: { readonly madeFrom?: unknown } | undefined) => HeapBytes> {
  const ofModules = new ProblemList();
  const modules = await coreRoom.build({ ...inputs, problems: ofModules }, () => undefined);
  const { image, core, files } = await coreRoom.attach(modules, { ...inputs, problems: [] });
  // What module files are missing matters to stacks of native code, not to the heap.
  for (const problem of ofModules.toArray()) if (problem.losesData) inputs.problems.add(problem);
  const vm = jvmOrReason(image);
  if (typeof vm === "string") {
    files.close();
    throw new ExhumeError({ code: "unsupported", file: inputs.path, what: vm });
  }
  return (saved) => {
    const known = saved?.madeFrom as WalkedHeap | undefined;
    const stackOf = (thread: ThreadSnapshot) => core.stackOf(thread);
    try {
      const made = makeVirtualHeapDump(image, inputs.source, vm, inputs.work, { known, stackOf });
      if (made === undefined) {
        throw new ExhumeError({ code: "unsupported", file: inputs.path, what: whyNoHeap(vm) });
      }
      return bytesOf(inputs, vm, made);
    } finally {
      // Pages of the heap are the core's.
      files.close();
    }
  };
}

function bytesOf(
  { source, file, path, problems }: BuildInputs,
  vm: JavaVirtualMachine,
  made: MadeHeapDump,
): HeapBytes {
  const { dump, walk } = made;
  reportGaps(made, problems);
  const untried = notVerifiedOf(vm.structs);
  if (untried !== undefined)
    problems.add({ code: "release-not-verified", message: untried, losesData: false });
  const stopsAll = isInCollection(vm.structs);
  const followed = walk.moved?.count ?? 0;
  const open = walk.movedObjects - followed;
  if (stopsAll || walk.movedObjects > 0) {
    const copied = `${formatQuantity(followed, "object")} that had been copied ${followed === 1 ? "is" : "are"} taken once, where references lead now. `;
    const rest =
      followed > 0 && open === 0
        ? "What was just being copied may be missing, or there twice."
        : `${open === 0 ? "Objects" : formatQuantity(open, `${followed > 0 ? "other " : ""}object`)} that had been moved or were ` +
          "about to be may be there twice, and references may lead to either place.";
    problems.add({
      code: "in-collection",
      message:
        `The core was taken in the middle of a collection${stopsAll ? " that stops all threads" : ""}. ` +
        `${followed > 0 ? copied : ""}${rest} Figures are bounds.`,
      losesData: true,
    });
  }
  return {
    source: openVirtualHeapDump(dump, source),
    bytes: { file, heapDump: dump },
    facts: {
      format: `Java heap of a core (JDK ${vm.version}, ${vm.heap?.collector ?? "unknown collector"})`,
      // Cores do not say when they were written; their files do.
      createdMs: Math.round(statSync(path).mtimeMs),
      fileBytes: source.byteLength,
    },
    instanceBytes: instanceBytesOf(dump.classes),
    madeFrom: walk,
  };
}

/** As the JVM lays them out. */
function instanceBytesOf({ count, ids, kinds, heapBytes }: RecordClasses): ReadonlyMap<bigint, number> {
  const bytes = new Map<bigint, number>();
  for (let index = 0; index < count; index++)
    if (kinds[index] !== recordKind.objectArray && kinds[index] !== recordKind.primitiveArray)
      bytes.set(BigInt(ids[index]!), heapBytes[index]!);
  return bytes;
}

/** What makes figures bounds. */
function reportGaps({ walk }: MadeHeapDump, problems: ProblemList): void {
  if (walk.unwalkedBytes > 0) {
    problems.add({
      code: "heap-not-walked",
      message:
        `In ${formatBytes(walk.unwalkedBytes)} of the Java heap no objects could be told: they are missing from the core, ` +
        "damaged, or were being moved when it was taken. Figures are lower bounds, and what only objects there hold " +
        "seems unreachable.",
      losesData: true,
    });
  }
  if (!walk.hasStorages) {
    problems.add({
      code: "roots-missing",
      message:
        "The JVM's own handles (JNI globals, its internal ones) were not found in the core: what only they hold seems unreachable.",
      losesData: true,
    });
  } else if (walk.lostHandles > 0) {
    problems.add({
      code: "roots-missing",
      message: `${formatQuantity(walk.lostHandles, "handle")} of the JVM could not be read; what only they hold seems unreachable.`,
      losesData: false,
    });
  }
  if (walk.leftOutArrays > 0) {
    problems.add({
      code: "array-too-long",
      message: `${formatQuantity(walk.leftOutArrays, "array")} of more than 4 GiB have no place in a heap dump and were left out.`,
      losesData: true,
    });
  }
}
