import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Jdk } from "./javaDumps";
import { briefly, javac } from "./jdkTools";
import { folderMadeOnce } from "./madeOnce";

const root = resolve(__dirname, "../..");
const cache = join(root, ".cache/java");
const extensionSource = join(root, "test/programs/java/maven/DumpAtSessionEnd.java");
const libraries = "/usr/share/maven/lib";
const modules = 120;

/**
 * Heap dump of an Apache Maven of the Debian package at the end of a build of many modules: a real application in good
 * health. It builds nothing that needs a plug-in, so nothing is downloaded.
 */
export function mavenDump(jdk: Jdk): string {
  const folder = join(cache, `maven-${jdk.version}`);
  const dump = join(folder, "maven.hprof");
  if (existsSync(dump)) return dump;
  if (!existsSync(libraries)) throw new Error("Maven is missing: apt-get install maven");
  folderMadeOnce(folder, (fresh) => {
    const extension = join(fresh, "extension");
    const jars = readdirSync(libraries).map((name) => join(libraries, name));
    // What looks for Maven's components reads old class files only, and passes over newer ones in silence.
    const compiler = ["-Xlint:none", "--release", "8", "-cp", jars.join(":"), "-d", extension];
    javac(jdk.home, ...compiler, extensionSource);
    mkdirSync(join(extension, "META-INF/sisu"), { recursive: true });
    writeFileSync(join(extension, "META-INF/sisu/javax.inject.Named"), "DumpAtSessionEnd\n");
    writeProject(join(fresh, "project"));
    execFileSync(
      "mvn",
      [
        ...["--offline", "--batch-mode", "--quiet", `-Dmaven.ext.class.path=${extension}`],
        ...[
          `-Dmaven.repo.local=${join(fresh, "repository")}`,
          `-Ddump.to=${join(fresh, "maven.hprof")}`,
          "validate",
        ],
      ],
      {
        cwd: join(fresh, "project"),
        env: { ...process.env, JAVA_HOME: jdk.home, MAVEN_OPTS: ["-Xmx128m", ...briefly].join(" ") },
        stdio: "pipe",
        timeout: 120_000,
      },
    );
    if (!existsSync(join(fresh, "maven.hprof")))
      throw new Error("Maven did not load the extension that dumps it");
  });
  return dump;
}

function writeProject(folder: string): void {
  const names = Array.from({ length: modules }, (_, number) => `module-${number}`);
  writePom(folder, "parent", "", names.map((name) => `<module>${name}</module>`).join(""));
  const parent =
    "<parent><groupId>org.example</groupId><artifactId>parent</artifactId><version>1</version></parent>";
  for (const name of names) writePom(join(folder, name), name, parent, "");
}

function writePom(folder: string, name: string, parent: string, moduleList: string): void {
  mkdirSync(folder, { recursive: true });
  const coordinates = `<groupId>org.example</groupId><artifactId>${name}</artifactId><version>1</version>`;
  writeFileSync(
    join(folder, "pom.xml"),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>${parent}${coordinates}<packaging>pom</packaging><modules>${moduleList}</modules></project>\n`,
  );
}
