import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Jdk } from "./javaDumps";
import { javac } from "./jdkTools";
import { folderMadeOnce } from "./madeOnce";

const root = resolve(__dirname, "../..");
const sources = join(root, "test/programs/java/leaks");
const judgeSource = join(root, "test/programs/java/judge/VisualVmRetained.java");
const cache = join(root, ".cache/java");

/** A small heap for one program, a bigger one where all leak at once. */
const heapSizes: Readonly<Record<string, string>> = { AllShapes: "160m", OutOfMemory: "32m" };

/**
 * Runs a program of `test/programs/java/leaks`, which dumps itself, and returns the dumps. Cached by the sources and
 * the JDK: all programs of a JDK share one folder of classes.
 */
export function leakDumps(jdk: Jdk, program: string, mode: "leak" | "healthy", count = 1): string[] {
  const folder = join(programFolder(jdk), `${program}-${mode}`);
  const dumps = Array.from({ length: count }, (_, at) => join(folder, `${at + 1}.hprof`));
  folderMadeOnce(folder, (fresh) => {
    const targets = dumps.map((_, at) => join(fresh, `${at + 1}.hprof`));
    const output = execFileSync(
      join(jdk.home, "bin/java"),
      [
        ...flagsOf(jdk, program, targets[0]!),
        "-cp",
        join(programFolder(jdk), "classes"),
        `leaks.${program}`,
        mode,
        ...targets,
      ],
      { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 120_000 },
    );
    writeFileSync(join(fresh, "output.txt"), output);
  });
  return dumps;
}

/** The one dump of a program. */
export function leakDump(jdk: Jdk, program: string, mode: "leak" | "healthy" = "leak"): string {
  return leakDumps(jdk, program, mode)[0]!;
}

/** What the program printed. */
export function outputOf(dump: string): string {
  return readFileSync(join(dump, "../output.txt"), "utf8");
}

function flagsOf(jdk: Jdk, program: string, dump: string): string[] {
  const flags = [`-Xmx${heapSizes[program] ?? "64m"}`, "-XX:+UseSerialGC"];
  if (jdk.version >= 22) flags.push("--enable-native-access=ALL-UNNAMED");
  if (program === "OutOfMemory") {
    flags.push("-XX:+HeapDumpOnOutOfMemoryError", `-XX:HeapDumpPath=${dump}`);
  }
  if (program === "JniGlobal" || program === "AllShapes") {
    flags.push(`-Dleaks.library=${join(programFolder(jdk), "classes/libleaks.so")}`);
  }
  return flags;
}

/** Folder of a JDK's classes and dumps. Compiled once. */
function programFolder(jdk: Jdk): string {
  const files = readdirSync(sources).sort();
  const key = hashOf([
    ...files.map((file) => readFileSync(join(sources, file), "utf8")),
    readFileSync(join(jdk.home, "release"), "utf8"),
  ]);
  const folder = join(cache, `leaks-${jdk.version}-${key}`);
  folderMadeOnce(folder, (fresh) => {
    const java = files.filter((file) => file.endsWith(".java")).map((file) => join(sources, file));
    const classes = join(fresh, "classes");
    const compiler = jdk.compilerHome ?? jdk.home;
    const forRelease = jdk.compilerHome === undefined ? [] : ["--release", String(jdk.version)];
    javac(compiler, "-g", ...forRelease, "-d", classes, ...java);
    const include = join(compiler, "include");
    const library = join(classes, "libleaks.so");
    run("gcc", [
      "-shared",
      "-fPIC",
      `-I${include}`,
      `-I${include}/linux`,
      join(sources, "jniGlobal.c"),
      "-o",
      library,
    ]);
  });
  return folder;
}

export interface VisualVmObject {
  readonly className: string;
  readonly retainedBytes: number;
  readonly shallowBytes: number;
  /** Instances from a root to the object, both included; 0 when none leads to it. */
  readonly pathLength: number;
  /** Id, 0x0 when only roots hold it. */
  readonly immediateDominator: string;
}

const visualVmModules = "/usr/share/visualvm";
const visualVmJudge = "org.graalvm.visualvm.lib.jfluid.heap.VisualVmRetained";

/**
 * What VisualVM's heap library says of objects, by id: one JVM for all dumps.
 * @param questions ids by dump
 */
export function askVisualVm(
  jdk: Jdk,
  questions: ReadonlyMap<string, readonly string[]>,
): Map<string, Map<string, VisualVmObject>> {
  const lines = [...questions]
    .filter(([, ids]) => ids.length > 0)
    .map(([dump, ids]) => `${dump} ${ids.join(",")}`);
  const answers = new Map<string, Map<string, VisualVmObject>>();
  let current = new Map<string, VisualVmObject>();
  for (const line of runVisualVm(jdk, lines).split("\n")) {
    const [first, className, retained, shallow, pathLength, immediateDominator] = line.split(" ");
    if (first === "dump") {
      current = new Map();
      answers.set(className!, current);
    } else if (retained !== undefined) {
      current.set(first!, {
        className: className!,
        retainedBytes: Number(retained),
        shallowBytes: Number(shallow),
        pathLength: Number(pathLength),
        immediateDominator: immediateDominator!,
      });
    }
  }
  return answers;
}

export interface VisualVmThread {
  readonly frames: string[];
  /** Ids of the objects that locals of a frame hold, sorted, by the number of the frame. */
  readonly locals: Map<number, string[]>;
}

/** Stacks and locals as VisualVM reads them, by id of the thread object. */
export function visualVmThreads(jdk: Jdk, dump: string): Map<string, VisualVmThread> {
  const threads = new Map<string, VisualVmThread>();
  let thread: VisualVmThread = { frames: [], locals: new Map() };
  for (const line of runVisualVm(jdk, [`${dump} threads`]).split("\n")) {
    const [, frame, id] = /^ {2}local (-?\d+) (0x[0-9a-f]+)$/.exec(line) ?? [];
    if (line.startsWith("thread ")) {
      thread = { frames: [], locals: new Map() };
      threads.set(line.slice(7), thread);
    } else if (line.startsWith("    ")) thread.frames.push(line.trim());
    else if (id !== undefined) {
      const known = thread.locals.get(Number(frame)) ?? [];
      thread.locals.set(Number(frame), [...known, id].sort());
    }
  }
  return threads;
}

function runVisualVm(jdk: Jdk, lines: readonly string[]): string {
  const jars = findJars(visualVmModules, [
    "org-graalvm-visualvm-lib-jfluid-heap.jar",
    "org-openide-util.jar",
    "org-openide-util-lookup.jar",
  ]);
  const key = hashOf([readFileSync(judgeSource, "utf8"), readFileSync(join(jdk.home, "release"), "utf8")]);
  const classes = join(cache, `visualvm-judge-${jdk.version}-${key}`);
  folderMadeOnce(classes, (fresh) => javac(jdk.home, "-cp", jars.join(":"), "-d", fresh, judgeSource));
  return execFileSync(
    join(jdk.home, "bin/java"),
    ["-Xmx1g", "-cp", [classes, ...jars].join(":"), visualVmJudge],
    {
      input: `${lines.join("\n")}\n`,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
}

function findJars(folder: string, names: readonly string[]): string[] {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  return names.map((name) => {
    const found = files.find((file) => file.endsWith(`/${name}`)) ?? systemJar(name);
    if (found === undefined) throw new Error(`${name} is missing: apt-get install visualvm`);
    return found.startsWith("/") ? found : join(folder, found);
  });
}

/** NetBeans' libraries are in a folder that is called after their version. */
function systemJar(name: string): string | undefined {
  const netbeans = "/usr/share/netbeans";
  const platforms = existsSync(netbeans) ? readdirSync(netbeans) : [];
  const places = ["/usr/share/java", ...platforms.map((platform) => join(netbeans, platform, "lib"))];
  return places.map((place) => join(place, name)).find((path) => existsSync(path));
}

function run(command: string, args: readonly string[]): void {
  try {
    execFileSync(command, args, { stdio: "pipe" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error(`${command} is missing: apt-get install ${command}`);
  }
}

function hashOf(parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 16);
}
