import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(__dirname, "../..");

/** Names a folder exports, with the files that do. */
function exportedNames(folders: readonly string[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const folder of folders)
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
      if (!/\.tsx?$/.test(file)) continue;
      const text = readFileSync(join(root, folder, file), "utf8");
      for (const [, name] of text.matchAll(
        /^export (?:async |abstract )*(?:const|function\*?|class|interface|type|enum) (\w+)/gm,
      ))
        names.set(name!, [...(names.get(name!) ?? []), join(folder, file)]);
    }
  return names;
}

it("gives one name to one thing in the extension and the views, and none that the analyzer has taken", () => {
  const analyzer = exportedNames(["analyzer"]);
  const shown = exportedNames(["extension", "webview"]);
  expect(shown.size).toBeGreaterThan(100);
  const twice = [...shown]
    .map(([name, files]) => [name, [...files, ...(analyzer.get(name) ?? [])]] as const)
    .filter(([, files]) => files.length > 1);
  expect(twice).toEqual([]);
});
