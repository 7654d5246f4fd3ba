import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

const cache = resolve(__dirname, "../../.cache/node24");
const version = "24";

/**
 * Path of a Node 24 beside the one that runs the tests, from the npm package that carries it for this platform.
 * Fetched once into the cache.
 */
export function newerNode(): string {
  const name = `node-${process.platform}-${process.arch}`;
  const binary = join(cache, "package", "bin", "node");
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  execFileSync("npm", ["pack", `${name}@${version}`, "--pack-destination", cache], { stdio: "ignore" });
  const archive = readdirSync(cache).find((file) => file.endsWith(".tgz"))!;
  execFileSync("tar", ["xzf", archive], { cwd: cache });
  return binary;
}
