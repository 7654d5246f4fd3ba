import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Jdk } from "./javaDumps";
import { javac } from "./jdkTools";
import { folderMadeOnce } from "./madeOnce";

const root = resolve(__dirname, "../..");
const cache = join(root, ".cache/java");

export interface OutOfMemoryDump {
  readonly dump: string;
  /** Stack trace of the error as the JVM itself printed it, top first. */
  readonly stack: readonly string[];
}

/** Runs a program until the JVM writes its dump by -XX:+HeapDumpOnOutOfMemoryError. Cached by sources, JDK and flags. */
export function makeOutOfMemoryDump(
  program: string,
  main: string,
  jdk: Jdk,
  flags: readonly string[],
): OutOfMemoryDump {
  const source = join(root, "test/programs/java", program);
  const hash = createHash("sha256");
  for (const part of [readFileSync(source), readFileSync(join(jdk.home, "release")), JSON.stringify(flags)])
    hash.update(part);
  const folder = join(cache, `${main}-oom-${jdk.version}-${hash.digest("hex").slice(0, 16)}`);
  folderMadeOnce(folder, (fresh) => {
    javac(jdk.home, "-g", "--release", "17", "-d", join(fresh, "classes"), source);
    const dumpFlags = ["-XX:+HeapDumpOnOutOfMemoryError", `-XX:HeapDumpPath=${join(fresh, "heap.hprof")}`];
    const output = execFileSync(
      join(jdk.home, "bin/java"),
      [...flags, ...dumpFlags, "-cp", join(fresh, "classes"), main],
      { encoding: "utf8" },
    );
    // The JVM tells on standard output too that it writes a dump.
    const stack = output.split("\n").filter((line) => /^\S+\(.*\)$/.test(line));
    writeFileSync(join(fresh, "stack.txt"), stack.join("\n"));
  });
  return {
    dump: join(folder, "heap.hprof"),
    stack: readFileSync(join(folder, "stack.txt"), "utf8").split("\n"),
  };
}
