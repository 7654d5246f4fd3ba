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

it("gives one name to one thing, in the analyzer, the extension and the views", () => {
  const names = exportedNames(["analyzer", "extension", "webview"]);
  expect(names.size).toBeGreaterThan(1000);
  // Overloads of one function stand in one file.
  const twice = [...names].filter(([, files]) => new Set(files).size > 1);
  expect(twice).toEqual([]);
});
