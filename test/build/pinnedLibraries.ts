import { existsSync, readFileSync } from "node:fs";
import type { PinnedJar } from "./mavenJars";

/**
 * Libraries of a `jars.txt`, by name: a line with the name, and under it, indented, a line for each jar. None when there is
 * no such file.
 * @throws when a line makes no sense
 */
export function pinnedLibraries(file: string): ReadonlyMap<string, readonly PinnedJar[]> {
  const libraries = new Map<string, PinnedJar[]>();
  if (!existsSync(file)) return libraries;
  let jars: PinnedJar[] | undefined;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    if (!line.startsWith(" ")) {
      jars = [];
      libraries.set(line.trim(), jars);
      continue;
    }
    const [path = "", sha256 = ""] = line.trim().split(" ");
    if (jars === undefined || !path.endsWith(".jar") || !/^[0-9a-f]{64}$/.test(sha256))
      throw new Error(`${file}: ${line}`);
    jars.push({ path, sha256 });
  }
  return libraries;
}
