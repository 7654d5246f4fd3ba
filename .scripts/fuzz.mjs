// `npm run fuzz [PARSER …] [-- --seconds N] [--inputs N] [--cuts N] [--seed S] [--report FILE]`: damaged inputs for
// every parser that reads foreign bytes.
import { spawnSync } from "node:child_process";
import { build } from "esbuild";

const outfile = "dist/test/fuzz.cjs";
await build({
  entryPoints: ["test/fuzz/main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
  target: "node20",
  sourcemap: "inline",
  logLevel: "warning",
});
const node = ["--enable-source-maps", outfile, ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, node, { stdio: "inherit" }).status ?? 1;
