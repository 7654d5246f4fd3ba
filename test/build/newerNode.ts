import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { folderMadeOnce } from "./madeOnce";

const cache = resolve(__dirname, "../../.cache/node24");
const version = "24";

/**
 * Path of a Node 24 beside the one that runs the tests, from the npm package that carries it for this platform.
 * Fetched once into the cache.
 */
export function newerNode(): string {
  const name = `node-${process.platform}-${process.arch}`;
  const binary = join(cache, "package", "bin", "node");
  folderMadeOnce(cache, (fresh) => {
    execFileSync("npm", ["pack", `${name}@${version}`, "--pack-destination", fresh], { stdio: "ignore" });
    const archive = readdirSync(fresh).find((file) => file.endsWith(".tgz"))!;
    execFileSync("tar", ["xzf", archive], { cwd: fresh });
  });
  return binary;
}
