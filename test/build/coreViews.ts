import { existsSync, readFileSync } from "node:fs";
import { BytesSource } from "../../analyzer/base/byteSource";
import { ProblemList } from "../../analyzer/base/problems";
import { readCoreImage } from "../../analyzer/core/coreImage";
import { LoadedCore } from "../../analyzer/core/loadedCore";
import { matchModule } from "../../analyzer/core/modules/moduleFiles";
import { hasDebugInfo } from "../../analyzer/core/symbols/debugSections";
import { CoreView } from "../../analyzer/core/values/coreView";
import type { DwarfFile } from "../../analyzer/formats/dwarf/dwarfFile";
import { type ElfFile, readElfFile } from "../../analyzer/formats/elf/elfFile";
import { inflate, openDebugFile } from "./debugFile";

/** Opens a core with the modules of this machine, as the analyzer would, without its threads and caches. */
export function openCoreView(corePath: string, program: string): CoreView {
  const open = (path: string) => (existsSync(path) ? new BytesSource(path, readFileSync(path)) : undefined);
  const elfOf = (path: string | undefined): ElfFile | undefined => {
    const source = path === undefined ? undefined : open(path);
    return source && readElfFile(source, new ProblemList());
  };
  const image = readCoreImage(open(corePath)!, new ProblemList(), elfOf(program));
  const machine = image.dump.header.machine;
  const places = { program, folders: [], debugRoots: ["/usr/lib/debug"] };
  const matches = image.modules.map((module) => matchModule(module, machine, places, open));
  const openFiles = (_: number, { path, debugPath }: (typeof matches)[number]) => {
    const main = elfOf(path);
    const debug = elfOf(debugPath);
    return { ...(main && { main }), ...(debug && { debug }) };
  };
  const core = new LoadedCore(image, matches, openFiles, inflate);
  const files = new Map<string, DwarfFile | undefined>();
  return new CoreView(core, ({ files: { main, debug } }) => {
    const elf = [debug, main].find((each) => each !== undefined && hasDebugInfo(each));
    if (elf === undefined) return undefined;
    const path = elf.source.name;
    if (!files.has(path)) files.set(path, openDebugFile(path));
    return files.get(path);
  });
}
