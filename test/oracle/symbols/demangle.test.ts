import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { demangle } from "../../../analyzer/core/symbols/demangle/demangle";
import { buildProgram, requireTool } from "../../build/nativePrograms";

/** All names of a file's symbol table. */
function symbolsOf(path: string, ...options: string[]): string[] {
  requireTool("nm", "apt-get install binutils");
  const output = execFileSync("nm", [...options, path], { encoding: "utf8", maxBuffer: 1 << 28 });
  const names = output.split("\n").map((line) => (line.split(" ").at(-1) ?? "").replace(/@.*/, ""));
  return [...new Set(names)].filter((name) => /^_[ZR]/.test(name));
}

/** The judge writes an empty pack as nothing between two commas, and leaves out the space after it: neither is compared. */
const plain = (text: string) => text.replaceAll(" ", "").replaceAll(",,", ",");

function check(symbols: readonly string[], least: number): void {
  requireTool("c++filt", "apt-get install binutils");
  const input = `${symbols.join("\n")}\n`;
  const output = execFileSync("c++filt", ["-i"], { input, encoding: "utf8", maxBuffer: 1 << 28 });
  const judged = output.trimEnd().split("\n");
  const differences: string[] = [];
  let named = 0;
  symbols.forEach((symbol, index) => {
    const theirs = judged[index]!;
    if (theirs === symbol) return;
    named++;
    const ours = demangle(symbol) ?? "(not demangled)";
    if (plain(ours) !== plain(theirs)) differences.push(`${symbol}\n  ours  ${ours}\n  judge ${theirs}`);
  });
  expect(differences.slice(0, 5)).toEqual([]);
  expect(named).toBeGreaterThan(least);
}

function standardLibrary(): string {
  const found = execFileSync("g++", ["-print-file-name=libstdc++.so.6"], { encoding: "utf8" });
  return found.trim();
}

describe("names are those of c++filt", () => {
  it("for every symbol of the C++ standard library", () => check(symbolsOf(standardLibrary(), "-D"), 5000));

  it("for a C++ program", () => {
    const flags = ["-g", "-O0"];
    const program = buildProgram({
      sources: ["crash.cpp"],
      library: ["crashLibrary.c"],
      compiler: "g++",
      flags,
    });
    check(symbolsOf(program.path), 200);
  });

  it.each(["legacy", "v0"])("for a Rust program with %s names", (scheme) => {
    const unstable = scheme === "legacy" ? ["-Zunstable-options"] : [];
    const flags = ["-g", `-Csymbol-mangling-version=${scheme}`, ...unstable];
    // The unstable option needs a compiler that believes it is a nightly one.
    process.env["RUSTC_BOOTSTRAP"] = "1";
    check(symbolsOf(buildProgram({ sources: ["crash.rs"], compiler: "rustc", flags }).path), 500);
  });
});
