import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { findJdks, type Jdk } from "./javaDumps";
import { briefly, javac } from "./jdkTools";
import { folderMadeOnce } from "./madeOnce";
import { type JarName, mavenJars, type PinnedJar } from "./mavenJars";
import { jarsOfLibraries } from "./mavenLibraries";
import { pinnedLibraries } from "./pinnedLibraries";
import { verdictPrograms, type WantedVerdict } from "./wantedVerdicts";

const cache = join(resolve(__dirname, "../.."), ".cache/java");
/** One heap is enough for everything that is kept, the other is soon full. */
const heapSizes = { whole: "320m", full: "64m" };

/**
 * Heap dump of a program of the corpus of verdicts, made with the oldest JDK that runs it, or the oldest since
 * `leastJdk`. Cached by sources, JDK and jars.
 */
export async function verdictDump(wanted: WantedVerdict, leastJdk = 0): Promise<string> {
  const least = Math.max(wanted.jdk, leastJdk);
  const jdk = findJdks().find(({ version }) => version >= least);
  if (jdk === undefined) throw new Error(`${wanted.program} needs a JDK ${least} or newer`);
  const jars = jarsOf(wanted);
  const folder = join(cache, `${wanted.half}-${wanted.program}-${jdk.version}-${keyOf(wanted, jdk, jars)}`);
  const dump = join(folder, "heap.hprof");
  if (existsSync(dump)) return dump;
  const files = await mavenJars(jars);
  folderMadeOnce(folder, (fresh) => {
    compile(wanted, jdk, files, fresh);
    run(wanted, jdk, files, fresh);
    if (!existsSync(join(fresh, "heap.hprof")))
      throw new Error(`${wanted.program} ended without a heap dump`);
  });
  return dump;
}

function jarsOf({ half, libraries }: WantedVerdict): (JarName | PinnedJar)[] {
  const pinned = pinnedLibraries(join(verdictPrograms, half, "jars.txt"));
  return [
    ...libraries.flatMap((library) => pinned.get(library) ?? []),
    ...jarsOfLibraries(libraries.filter((library) => !pinned.has(library))),
  ];
}

function keyOf(wanted: WantedVerdict, jdk: Jdk, jars: readonly (JarName | PinnedJar)[]): string {
  const hash = createHash("sha256");
  const settings = JSON.stringify([jars, heapSizes, wanted.runsOutOfMemory]);
  for (const part of [
    ...sourcesOf(wanted).map((file) => readFileSync(file, "utf8")),
    readFileSync(join(jdk.home, "release"), "utf8"),
    settings,
  ])
    hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 16);
}

/** What programs of a folder have in common, as far as it is there. */
const shared: readonly string[] = ["Run", "Load"];

/** The program, and what all programs of its folder share. */
function sourcesOf({ half, program }: WantedVerdict): string[] {
  const folder = join(verdictPrograms, half);
  return [program, ...shared].map((name) => join(folder, `${name}.java`)).filter((file) => existsSync(file));
}

function compile(wanted: WantedVerdict, jdk: Jdk, jars: readonly string[], folder: string): void {
  const classPath = jars.length === 0 ? [] : ["-cp", jars.join(":")];
  // Annotation processors in a library's jar are not asked for.
  const options = ["-J-Xmx160m", "-g", "-proc:none", "-Xlint:none", ...classPath];
  javac(jdk.home, ...options, "-d", join(folder, "classes"), ...sourcesOf(wanted));
}

function run(wanted: WantedVerdict, jdk: Jdk, jars: readonly string[], folder: string): void {
  const dump = join(folder, "heap.hprof");
  const memory = wanted.runsOutOfMemory
    ? [`-Xmx${heapSizes.full}`, "-XX:+HeapDumpOnOutOfMemoryError", `-XX:HeapDumpPath=${dump}`]
    : [`-Xmx${heapSizes.whole}`];
  execFileSync(
    join(jdk.home, "bin/java"),
    [
      ...[...memory, ...briefly, "-Djava.awt.headless=true"],
      ...["-cp", [join(folder, "classes"), ...jars].join(":"), `${wanted.half}.Run`, wanted.program, dump],
    ],
    { stdio: ["ignore", "pipe", "pipe"], timeout: 240_000, maxBuffer: 1 << 28 },
  );
}

/** Programs in a folder of the corpus that its table does not name, and the other way round. */
export function unlistedPrograms(half: WantedVerdict["half"], wanted: readonly WantedVerdict[]): string[] {
  const listed = new Set(wanted.map(({ program }) => program));
  const present = readdirSync(join(verdictPrograms, half))
    .filter((name) => name.endsWith(".java"))
    .map((name) => name.slice(0, -".java".length))
    .filter((name) => !shared.includes(name));
  return [
    ...present.filter((program) => !listed.has(program)),
    ...[...listed].filter((program) => !present.includes(program)),
  ];
}
