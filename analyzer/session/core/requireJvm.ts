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
  if (!("needsFile" in jvm)) return jvm;
  const missing = missingTables(jvm);
  return jvm.isCut
    ? missing
    : `${missing}: put that file where it was, beside the core, or into the folder given as sysroot or for debug information`;
}

/** @throws ExhumeError `notFound` */
export function requireJvm(image: ProcessSnapshot): JavaVirtualMachine {
  const jvm = jvmOrReason(image);
  if (typeof jvm === "string") throw new ExhumeError({ code: "notFound", what: jvm });
  return jvm;
}
