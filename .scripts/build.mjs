// Bundles every entry point with esbuild. `--watch` rebuilds on change, `--tests` adds the test bundles.
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { context } from "esbuild";
import { packagesIn, writeNotices } from "./notices.mjs";

const watch = process.argv.includes("--watch");
const production = process.argv.includes("--production");
const shared = {
  bundle: true,
  sourcemap: production ? false : "linked",
  minify: production,
  logLevel: "warning",
  legalComments: "none",
  metafile: true,
};
/** Its CommonJS form asks for its parts in a way that cannot be bundled. */
const alias = { "jsonc-parser": "jsonc-parser/lib/esm/main.js" };
const node = { ...shared, platform: "node", target: "node20", format: "cjs", alias };
/** VS Code loads extensions as CommonJS. */
const commonJs = { ...node, outExtension: { ".js": ".cjs" } };
/**
 * The analyzer's programs share chunks, and a chunk is loaded when it is asked for: a stack of a core needs no code of
 * heaps. Packages that are CommonJS ask for `require`.
 */
const analyzer = {
  ...node,
  format: "esm",
  splitting: true,
  chunkNames: "chunk-[name]-[hash]",
  banner: {
    js: [
      'import { createRequire as exhumeCreateRequire } from "node:module";',
      'import { dirname as exhumeDirname } from "node:path";',
      'import { fileURLToPath as exhumeFileUrlToPath } from "node:url";',
      "const require = exhumeCreateRequire(import.meta.url);",
      "const __dirname = exhumeDirname(exhumeFileUrlToPath(import.meta.url));",
    ].join("\n"),
  },
};

/** An entry that does not exist yet is a room not built yet; nothing else depends on it. */
const present = (entries) =>
  Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file)));

/** Of Node's own modules, those that take milliseconds to load and that few questions need. */
const lateModules = ["child_process", "crypto", "http", "https", "os", "stream", "worker_threads"];
/** Has them loaded when something of them is used first. */
const late = {
  name: "late",
  setup(build) {
    const names = new RegExp(`^(node:)?(${lateModules.join("|")})$`);
    build.onResolve({ filter: names, namespace: "file" }, ({ path }) => ({ path, namespace: "late" }));
    build.onLoad({ filter: /^/, namespace: "late" }, async ({ path }) => ({
      contents: [
        "let loaded;",
        `const from = (name) => ({ enumerable: true, get: () => (loaded ??= require("${path}"))[name] });`,
        `for (const name of ${JSON.stringify(Object.keys(await import(path)))})`,
        "  Object.defineProperty(exports, name, from(name));",
      ].join("\n"),
    }));
  },
};
/**
 * The brief verbs in one file of few bytes, a function that is called as CommonJS modules are: what V8 makes of it is kept
 * (`session/files/keptCode`).
 */
const brief = {
  ...node,
  minifyWhitespace: true,
  charset: "ascii",
  banner: { js: "(function (exports, require, module, __filename, __dirname) {" },
  footer: { js: "})" },
  entryPoints: { brief: "analyzer/bin/brief.ts" },
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  plugins: [late],
};

const bins = Object.fromEntries(
  readdirSync("analyzer/bin")
    .filter((file) => file.endsWith(".ts") && !["brief.ts", "cli.ts"].includes(file))
    .map((file) => [file.replace(/\.ts$/, ""), `analyzer/bin/${file}`]),
);

const builds = [
  { ...analyzer, entryPoints: bins, outdir: "dist" },
  // By itself: what it shares with others would be as many more files to open before anything is done.
  { ...analyzer, entryPoints: { cli: "analyzer/bin/cli.ts" }, outdir: "dist" },
  brief,
  {
    ...commonJs,
    entryPoints: present({ extension: "extension/extension.ts" }),
    outdir: "dist",
    external: ["vscode"],
  },
  {
    ...shared,
    platform: "browser",
    target: "es2022",
    format: "esm",
    entryPoints: present({ webview: "webview/main.tsx" }),
    outdir: "dist/webview",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".ttf": "file" },
    // The toolkit's index re-exports React wrappers nobody here uses.
    alias: { react: "./.scripts/emptyModule.mjs" },
  },
  {
    ...commonJs,
    entryPoints: present({ host: "test/host/index.ts" }),
    outdir: "dist/test",
    external: ["vscode", "mocha"],
  },
].filter((build) => Object.keys(build.entryPoints).length > 0);

// The disassembler's machine code, read by the worker that needs it.
mkdirSync("dist", { recursive: true });
writeFileSync("dist/package.json", '{ "type": "module" }\n');
// What *Open Sample* shows: a program with its heap dump, and a core of another.
rmSync("dist/sample", { recursive: true, force: true });
for (const part of ["workspace", "core"]) cpSync(`test/sample/${part}`, "dist/sample", { recursive: true });
copyFileSync("node_modules/@alexaltea/capstone-js/dist/capstone.wasm", "dist/capstone.wasm");

/** The disassembler's machine code is copied, not bundled. */
const packages = new Set(["node_modules/@alexaltea/capstone-js"]);
const written = new Set();
for (const build of builds) {
  const builder = await context(build);
  const { metafile } = await builder.rebuild();
  for (const folder of packagesIn(metafile)) packages.add(folder);
  for (const file of Object.keys(metafile.outputs)) written.add(file);
  if (watch) await builder.watch();
  else await builder.dispose();
}
// Chunks of earlier builds have other names.
for (const file of readdirSync("dist")) {
  if (/^chunk-.*\.js(\.map)?$/.test(file) && !written.has(`dist/${file}`)) rmSync(`dist/${file}`);
}
writeNotices(packages, "dist/ThirdPartyNotices.txt");
