import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Jdk } from "./javaDumps";
import { javac } from "./jdkTools";
import { folderMadeOnce } from "./madeOnce";
import { type JarName, mavenJars } from "./mavenJars";

const root = resolve(__dirname, "../..");
const sources = join(root, "test/programs/java/libraries");
const cache = join(root, ".cache/java");

export interface LibraryDump {
  readonly dump: string;
  /** What the program printed. */
  readonly output: string;
}

/**
 * Runs a program of `test/programs/java/libraries` with jars of Maven Central; it dumps itself into the file that is
 * its last argument. Cached by source, JDK and arguments.
 */
export async function libraryDump(
  jdk: Jdk,
  program: string,
  jars: readonly JarName[],
  args: readonly string[] = [],
): Promise<LibraryDump> {
  const source = join(sources, `${program}.java`);
  const files = await mavenJars(jars);
  const hash = createHash("sha256");
  for (const part of [
    readFileSync(source, "utf8"),
    readFileSync(join(jdk.home, "release"), "utf8"),
    JSON.stringify([jars, args, files.map((file) => file.replace(/^.*\//, ""))]),
  ])
    hash.update(part).update("\0");
  const folder = join(cache, `${program}-${jdk.version}-${hash.digest("hex").slice(0, 16)}`);
  folderMadeOnce(folder, (fresh) => {
    const classes = join(fresh, "classes");
    const classPath = [classes, ...files].join(":");
    javac(jdk.home, "-g", "-Xlint:none", "-cp", files.join(":"), "-d", classes, source);
    const output = execFileSync(
      join(jdk.home, "bin/java"),
      ["-Xmx128m", "-XX:+UseSerialGC", "-cp", classPath, program, ...args, join(fresh, "heap.hprof")],
      { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 120_000, maxBuffer: 1 << 28 },
    );
    writeFileSync(join(fresh, "output.txt"), output);
  });
  return { dump: join(folder, "heap.hprof"), output: readFileSync(join(folder, "output.txt"), "utf8") };
}
