import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { javac, jcmd } from "./jdkTools";
import { folderMadeOnce, folderMadeOnceMeanwhile } from "./madeOnce";

/** A Java Development Kit of this machine. */
export interface Jdk {
  readonly home: string;
  /** Feature release: 8, 17, 25… */
  readonly version: number;
  /** JDK whose compiler writes classes for it, when it has none of its own. */
  readonly compilerHome?: string;
}

export interface JavaDumpOptions {
  /** File or folder below `test/programs/java`, e.g. `SizeZoo.java`. */
  readonly program: string;
  /** Class with `main`; the file's name without `.java` when absent. It prints a line with READY, then waits. */
  readonly main?: string;
  readonly jdk: Jdk;
  /** JVM flags, e.g. `-XX:+UseZGC`. */
  readonly flags?: readonly string[];
  readonly args?: readonly string[];
  /** Written by GC.heap_dump with `-all`: unreachable objects too. */
  readonly all?: boolean;
  /** Further arguments of GC.heap_dump, e.g. `-gz=1`. */
  readonly dumpArgs?: readonly string[];
  /** Further jcmd commands whose output is wanted, by a name. */
  readonly texts?: Readonly<Record<string, readonly string[]>>;
}

export interface JavaDump {
  readonly dump: string;
  /** Text of `jcmd GC.class_histogram -all` right after the dump. */
  readonly histogram: string;
  /** Text of `jcmd Thread.print` right after the dump. */
  readonly threads: string;
  /** What the program printed. */
  readonly output: string;
  /** Output of the jcmd commands that were asked for. */
  readonly texts: Readonly<Record<string, string>>;
}

const root = resolve(__dirname, "../..");
const cache = join(root, ".cache/java");

/** Every JDK found: JAVA_HOME, `java` on the PATH, and the usual folders. @throws when there is none. */
export function findJdks(): readonly Jdk[] {
  const folders = ["/usr/lib/jvm", "/opt/java", "/Library/Java/JavaVirtualMachines"].flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [],
  );
  const homes = new Set(
    [process.env["JAVA_HOME"], ...folders, ...folders.map((folder) => join(folder, "Contents/Home"))]
      .filter((home) => home !== undefined)
      .filter((home) => existsSync(join(home, "bin/javac")) && existsSync(join(home, "bin/jcmd")))
      .map((home) => realpathSync(home)),
  );
  const jdks = [...homes].map((home) => ({ home, version: versionOf(home) }));
  if (jdks.length === 0)
    throw new Error("No JDK found. Install one: apt-get install openjdk-17-jdk-headless");
  return jdks.sort((a, b) => a.version - b.version);
}

function versionOf(home: string): number {
  const release = readFileSync(join(home, "release"), "utf8");
  const found = /JAVA_VERSION="(?:1\.)?(\d+)/.exec(release);
  if (found === null) throw new Error(`${home}/release names no version`);
  return Number(found[1]);
}

/** Compiles a program, runs it until READY, dumps it with jcmd. Results are cached by the contents of all inputs. */
export async function makeJavaDump(options: JavaDumpOptions): Promise<JavaDump> {
  const { jdk, flags = [], args = [], dumpArgs = [] } = options;
  const source = join(root, "test/programs/java", options.program);
  const sources = javaFiles(source);
  const key = hashOf([
    ...sources.map((file) => readFileSync(file, "utf8")),
    readFileSync(join(jdk.home, "release"), "utf8"),
    JSON.stringify([flags, args, dumpArgs, options.all ?? false, options.main ?? ""]),
    ...(options.texts === undefined ? [] : [JSON.stringify(options.texts)]),
  ]);
  const main = options.main ?? options.program.replace(/^.*\//, "").replace(/\.java$/, "");
  const folder = join(cache, `${main}-${jdk.version}-${key}`);
  await folderMadeOnceMeanwhile(folder, async (fresh) => {
    const classes = compiled(sources, jdk);
    const output = await runAndDump(options, main, fresh, classes, [...flags], [...args], [...dumpArgs]);
    writeFileSync(join(fresh, "output.txt"), output);
  });
  const text = (name: string) => readFileSync(join(folder, name), "utf8");
  return {
    dump: join(folder, "heap.hprof"),
    histogram: text("histogram.txt"),
    threads: text("threads.txt"),
    output: text("output.txt"),
    texts: Object.fromEntries(Object.keys(options.texts ?? {}).map((name) => [name, text(`${name}.txt`)])),
  };
}

/**
 * A jar that makes a class of the class path a Java agent: a manifest is all it needs.
 * @returns its path, for `-javaagent:`
 */
export function agentJar(className: string): string {
  const jar = join(cache, `agent-${className}`, "agent.jar");
  folderMadeOnce(join(jar, ".."), (fresh) => {
    const manifest = join(fresh, "manifest.txt");
    writeFileSync(manifest, `Premain-Class: ${className}\n`);
    execFileSync(join(findJdks().at(-1)!.home, "bin/jar"), ["cfm", join(fresh, basename(jar)), manifest]);
  });
  return jar;
}

/** Runs a class until it prints READY and dumps it into `heap.hprof` of a folder. @returns what it printed */
export function dumpOf(jdk: Jdk, classPath: string, main: string, folder: string): Promise<string> {
  return runAndDump({ program: "", jdk }, main, folder, classPath, ["-Xmx64m", "-XX:+UseSerialGC"], [], []);
}

/** Folder with the classes of some sources, compiled once for all flags they are run with. */
function compiled(sources: readonly string[], { home, compilerHome, version }: Jdk): string {
  const compiler = compilerHome ?? home;
  const forRelease = compilerHome === undefined ? [] : ["--release", String(version)];
  const key = hashOf([
    ...sources.map((file) => readFileSync(file, "utf8")),
    readFileSync(join(compiler, "release"), "utf8"),
    ...forRelease,
  ]);
  const folder = join(cache, `classes-${key}`);
  folderMadeOnce(folder, (fresh) => {
    javac(compiler, "-g", ...forRelease, "-d", fresh, ...sources);
  });
  return folder;
}

async function runAndDump(
  options: JavaDumpOptions,
  main: string,
  folder: string,
  classes: string,
  flags: string[],
  args: string[],
  dumpArgs: string[],
): Promise<string> {
  const { home } = options.jdk;
  const child = spawn(join(home, "bin/java"), [...flags, "-cp", classes, main, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  try {
    const output = await new Promise<string>((settle, reject) => {
      let text = "";
      let errors = "";
      child.stderr.on("data", (data: Buffer) => {
        errors += data.toString();
      });
      child.stdout.on("data", (data: Buffer) => {
        text += data.toString();
        if (/READY/.test(text)) settle(text);
      });
      child.on("error", reject);
      child.on("exit", (code) => reject(new Error(`${main} ended with ${code} before READY: ${errors}`)));
    });
    const ask = (...command: readonly string[]) => jcmd(home, child.pid!, ...command);
    ask("GC.heap_dump", ...(options.all ? ["-all"] : []), ...dumpArgs, join(folder, "heap.hprof"));
    writeFileSync(join(folder, "histogram.txt"), ask("GC.class_histogram", "-all"));
    writeFileSync(join(folder, "threads.txt"), ask("Thread.print"));
    for (const [name, command] of Object.entries(options.texts ?? {})) {
      writeFileSync(join(folder, `${name}.txt`), ask(...command));
    }
    return output;
  } finally {
    child.kill("SIGKILL");
  }
}

function javaFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".java"))
    .map((file) => join(path, file))
    .sort();
}

function hashOf(parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 16);
}
