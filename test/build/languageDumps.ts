import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { dumpOf, type Jdk } from "./javaDumps";
import { folderMadeOnceMeanwhile } from "./madeOnce";
import { type JarName, mavenJars } from "./mavenJars";

const root = resolve(__dirname, "../..");
const cache = join(root, ".cache/java");

interface Compiler {
  /** Below `test/programs/languages`. */
  readonly source: string;
  /** Class with `main` of the compiled program. */
  readonly main: string;
  /** What the compiler itself is made of. */
  readonly jars: readonly JarName[];
  readonly compilerMain: string;
  readonly options: readonly string[];
  /** What compiled programs need. */
  readonly library: readonly JarName[];
}

const compilers = {
  kotlin: {
    source: "orders.kt",
    main: "shop.orders.OrdersKt",
    jars: ["kotlinCompiler", "kotlin", "kotlinCoroutines", "kotlinTrove", "jetbrainsAnnotations"],
    compilerMain: "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
    options: ["-no-stdlib", "-no-reflect", "-nowarn"],
    library: ["kotlin"],
  },
  scala: {
    source: "Orders.scala",
    main: "shop.ledger.orders",
    jars: [
      ...(["scalaCompiler", "scalaInterfaces", "scala3", "scala", "scalaTasty", "scalaAsm"] as const),
      ...(["sbtInterface", "sbtUtil"] as const),
    ],
    compilerMain: "dotty.tools.dotc.Main",
    options: [],
    library: ["scala3", "scala"],
  },
  groovy: {
    source: "Orders.groovy",
    main: "shop.audits.Main",
    jars: ["groovy"],
    compilerMain: "org.codehaus.groovy.tools.FileSystemCompiler",
    options: [],
    library: ["groovy"],
  },
} as const satisfies Readonly<Record<string, Compiler>>;

export type OtherLanguage = keyof typeof compilers;

export interface LanguageDump {
  readonly dump: string;
  readonly source: string;
}

/** Compiles a program by the language's own compiler, runs and dumps it; cached by source, compiler and JDK. */
export async function languageDump(language: OtherLanguage, jdk: Jdk): Promise<LanguageDump> {
  const compiler: Compiler = compilers[language];
  const source = join(root, "test/programs/languages", compiler.source);
  const jars = await mavenJars(compiler.jars);
  const hash = createHash("sha256");
  for (const part of [
    readFileSync(source, "utf8"),
    readFileSync(join(jdk.home, "release"), "utf8"),
    JSON.stringify([compiler, jars.map((file) => file.replace(/^.*\//, ""))]),
  ])
    hash.update(part).update("\0");
  const folder = join(cache, `${language}-${jdk.version}-${hash.digest("hex").slice(0, 16)}`);
  await folderMadeOnceMeanwhile(folder, async (fresh) => {
    const library = (await mavenJars(compiler.library)).join(":");
    const classes = join(fresh, "classes");
    mkdirSync(classes);
    // The first compiler of the JVM alone: the program is small, and its compiler would hardly get warm.
    const java = ["-Xmx600m", "-XX:TieredStopAtLevel=1", "-cp", jars.join(":"), compiler.compilerMain];
    const args = [...compiler.options, "-classpath", library, "-d", classes, source];
    execFileSync(join(jdk.home, "bin/java"), [...java, ...args], { stdio: "pipe", timeout: 180_000 });
    await dumpOf(jdk, `${classes}:${library}`, compiler.main, fresh);
  });
  return { dump: join(folder, "heap.hprof"), source };
}
