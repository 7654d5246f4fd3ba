import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");

/** Builds the bundles once before the tests that start them as processes, unless `npm test` has. */
export function setup(): void {
  if (process.env["EXHUME_BUNDLES_ARE_BUILT"] !== undefined) return;
  execFileSync(process.execPath, [join(root, ".scripts/build.mjs")], { cwd: root, stdio: "inherit" });
}

/** Path of a bundle made by {@link setup}. */
export function bundle(name: string): string {
  return join(root, "dist", `${name}.js`);
}
