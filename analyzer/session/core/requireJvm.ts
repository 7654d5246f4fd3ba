import { ExhumeError } from "../../base/errors";
import {
  type JavaVirtualMachine,
  missingTables,
  readJavaVirtualMachine,
} from "../../core/hotspot/javaVirtualMachine";
import type { ProcessSnapshot } from "../../core/processSnapshot";

/** The JVM of a core, or why there is none to be read, in words that go on behind the file's name. */
export function jvmOrReason(image: ProcessSnapshot): JavaVirtualMachine | string {
  const jvm = readJavaVirtualMachine(image);
  if (jvm === undefined)
    return image.truncation === undefined
      ? "this process is not a JVM"
      : "the core ends early, and what there is of it names no JVM";
  return "lost" in jvm ? missingTables(jvm) : jvm;
}

/** @throws ExhumeError `unsupported` */
export function requireJvm(image: ProcessSnapshot, file: string): JavaVirtualMachine {
  const jvm = jvmOrReason(image);
  if (typeof jvm === "string") throw new ExhumeError({ code: "unsupported", file, what: jvm });
  return jvm;
}

/** Why the heap of a JVM cannot be read whose tables can. */
export function whyNoHeap({ structs, version }: JavaVirtualMachine): string {
  const heap = structs.staticWord(["Universe", "_collectedHeap"]);
  return heap === 0
    ? `JVM ${version} had not made its heap yet: it was still starting`
    : `the heap of JVM ${version} is built in a way that is not known here`;
}
