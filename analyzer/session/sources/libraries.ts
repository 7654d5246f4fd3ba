import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Caches are shallow: group, artifact, version, hash. */
const deepestFolder = 12;
const mostArchives = 5_000;

/** Source archives on this machine: the JDKs' `src.zip` and what Maven and Gradle have downloaded. */
export async function findSourceArchives(environment: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const home = environment["HOME"] ?? homedir();
  const maven = environment["MAVEN_REPO_LOCAL"] ?? join(home, ".m2", "repository");
  const gradle = join(
    environment["GRADLE_USER_HOME"] ?? join(home, ".gradle"),
    "caches",
    "modules-2",
    "files-2.1",
  );
  const archives = await jdkSources(environment);
  for (const root of [maven, gradle]) await collect(root, archives);
  return archives;
}

async function jdkSources(environment: NodeJS.ProcessEnv): Promise<string[]> {
  const homes = [environment["JAVA_HOME"], environment["JDK_HOME"]].filter((home) => home !== undefined);
  for (const folder of ["/usr/lib/jvm", "/Library/Java/JavaVirtualMachines", "C:\\Program Files\\Java"]) {
    const names = await namesIn(folder);
    // Newest first: a class that moved between modules is likelier to be where the newest JDK has it.
    for (const name of names.sort(byVersion)) homes.push(join(folder, name));
  }
  const found: string[] = [];
  for (const home of homes) {
    const places = ["lib/src.zip", "src.zip", "Contents/Home/lib/src.zip"].map((place) => join(home, place));
    const archive = places.find(existsSync);
    if (archive !== undefined && !found.includes(archive)) found.push(archive);
  }
  return found;
}

function byVersion(a: string, b: string): number {
  return Number(/\d+/.exec(b)?.[0] ?? 0) - Number(/\d+/.exec(a)?.[0] ?? 0);
}

async function collect(root: string, archives: string[]): Promise<void> {
  const waiting = [{ folder: root, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    let entries: import("node:fs").Dirent[];
    try {
      entries = await readdir(next.folder, { withFileTypes: true });
    } catch {
      // A cache that is not there has no archives.
      continue;
    }
    for (const entry of entries) {
      const path = join(next.folder, entry.name);
      if (entry.isDirectory() && next.depth < deepestFolder)
        waiting.push({ folder: path, depth: next.depth + 1 });
      else if (entry.name.endsWith("-sources.jar") && archives.length < mostArchives) archives.push(path);
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
