// Collects the licences of what the bundles contain, for the package: most ask that their text goes with copies.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Folders of the packages that esbuild put into a bundle, e.g. `node_modules/@vscode/debugadapter`. */
export function packagesIn(metafile) {
  const packages = new Set();
  for (const output of Object.values(metafile.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const match = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input);
      if (match !== null && bytesInOutput > 0) packages.add(match[0]);
    }
  }
  return packages;
}

/** Writes one text with name, version, licence and licence text of each package. */
export function writeNotices(folders, path) {
  const notices = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)/i.test(each));
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), "utf8").trim();
    return `${name} ${version} (${license ?? "see below"})\n\n${text}\n`;
  });
  const line = `\n${"-".repeat(72)}\n\n`;
  writeFileSync(path, `Exhume contains these packages.\n${line}${notices.join(line)}`);
}
