import { type ByteSource, BytesSource } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import { ProblemList } from "../../base/problems";
import { foreignMachineOfFile, objectFileOrUndefined, readProcessSnapshot } from "../../core/knownFormats";
import { runtimeFinderOf } from "../../core/knownRuntimes";
import { LoadedProcess } from "../../core/loadedProcess";
import { ManagedThreads } from "../../core/managed/managedThreads";
import {
  hasDebugInformation,
  type ModuleMatch,
  type ModuleStatus,
  matchModule,
} from "../../core/modules/moduleFiles";
import { moduleNameOf, type ProcessModule } from "../../core/modules/processModule";
import { CoreView } from "../../core/values/coreView";
import type { OpenOptions } from "../../protocol/dump/open";
import { type BuildInputs, joinAnswers, type Room } from "../room";
import { coreAnswers } from "./coreAnswers";
import type { CoreContext } from "./coreContext";
import { DebugInfoStore } from "./debugInfo";
import { LatePrinters } from "./latePrinters";
import { laterAnswers } from "./laterAnswers";
import { unpackMiniDebug } from "./miniDebug";
import { ModuleFileStore, placesBeside, searchPlacesOf } from "./moduleFiles";
import { symbolizerOf } from "./symbolizer";
import { ValueHandles } from "./valueHandles";

/** What building a core finds out once for all its threads: which files stand for its modules. */
export interface CoreAttachment {
  readonly matches: readonly ModuleMatch[];
  /** Unpacked `.gnu_debugdata` by module index. */
  readonly miniDebug: ReadonlyMap<number, Uint8Array>;
}

/** Core files. Opening reads tables only; stacks, symbols and memory are read when asked for. */
export const coreRoom: Room<CoreAttachment, undefined, CoreContext> = {
  build,
  attach: async (attachment, { source, path, options, problems: found }) => {
    const places = searchPlacesOf(path, options.core ?? {});
    const files = new ModuleFileStore(places);
    const problems = new ProblemList();
    const told = readProcessSnapshot(source, problems, files.openObjectFile(options.core?.program));
    const open = (index: number, { path: main, debugPath }: ModuleMatch) => {
      const mainFile = files.openObjectFile(main);
      const debug = files.openObjectFile(debugPath);
      const mini = attachment.miniDebug.get(index);
      const miniDebug =
        mini === undefined ? undefined : objectFileOrUndefined(new BytesSource(".gnu_debugdata", mini));
      return {
        ...(mainFile === undefined ? {} : { main: mainFile }),
        ...(debug === undefined ? {} : { debug }),
        ...(miniDebug === undefined ? {} : { miniDebug }),
      };
    };
    const core = new LoadedProcess(told, attachment.matches, open, files.sections);
    const { image } = core;
    // What building found includes what reading the image again found; take the fuller list once.
    const all = new ProblemList();
    for (const problem of found) all.add(problem);
    const debugInfo = new DebugInfoStore(files, places, all);
    const printers = new LatePrinters(options.core?.printerFiles ?? []);
    const symbolize = symbolizerOf(debugInfo);
    return {
      path,
      fileBytes: source.byteLength,
      core,
      image,
      files,
      problems: all,
      debugInfo,
      symbolize,
      managed: new ManagedThreads({ process: core, symbolize, problems: all }, await runtimeFinderOf(core)),
      printers,
      view: new CoreView(core, (module) => debugInfo.of(module), printers.printerOf),
      values: new ValueHandles(),
    };
  },
  answers: joinAnswers(coreAnswers, laterAnswers),
  readsOn: true,
};

async function build({ source, path, options, problems, work }: BuildInputs): Promise<CoreAttachment> {
  work.report("Reading the core", 0);
  const coreOptions = options.core ?? {};
  const places = searchPlacesOf(path, coreOptions);
  const files = new ModuleFileStore(places);
  const program = files.openObjectFile(coreOptions.program);
  const image = readProcessSnapshot(source, problems, program);
  if (coreOptions.program !== undefined && program === undefined) {
    const reason = whyUnreadable(files.open(coreOptions.program));
    throw new ExhumeError({ code: "unreadable", file: coreOptions.program, reason });
  }
  if (image.modules.every(({ kind }) => kind === "vdso")) {
    const leftOut = image.producer === "qemu" ? " (qemu-user leaves that out)" : "";
    const message =
      `The core does not say which files the process had mapped${leftOut}: without the program ` +
      "there are no modules, names or stacks.";
    problems.add({ code: "program-needed", message, losesData: false });
  }
  const allPlaces = placesBeside(places, image, program);
  const findAll = () =>
    image.modules.map((module) => matchModule(module, image, allPlaces, (each) => files.open(each)));
  const { printerFiles = [], debuginfodUrls = [] } = coreOptions;
  if (printerFiles.length > 0) (await import("./printerFiles")).readPrinterFiles(printerFiles, problems);
  work.report("Looking for modules", 0.2);
  let matches = findAll();
  const hasOwn = ({ path: main }: ModuleMatch) => {
    const file = files.openObjectFile(main);
    return file !== undefined && hasDebugInformation(file);
  };
  if (debuginfodUrls.length > 0) {
    const { downloadMissing } = await import("./debuginfod");
    if (await downloadMissing(image.modules, matches, hasOwn, coreOptions, problems, work)) {
      files.forgetMissing();
      matches = findAll();
    }
  }
  refuseWrongProgram(image.modules, matches, options);
  reportDoubts(image.modules, matches, problems);
  reportDebugProgram(image.modules, matches, coreOptions.program, problems);
  const miniDebug = new Map<number, Uint8Array>();
  for (const [index, match] of matches.entries()) {
    const file = match.debugPath === undefined ? files.openObjectFile(match.path) : undefined;
    const unpacked = file === undefined ? undefined : await unpackMiniDebug(file, problems);
    if (unpacked !== undefined) miniDebug.set(index, unpacked);
  }
  files.close();
  return { matches, miniDebug };
}

/** Why a file that the user named is not one Exhume reads. */
function whyUnreadable(file: ByteSource | undefined): string {
  if (file === undefined) return "it is not there, or may not be read";
  const machine = foreignMachineOfFile(file);
  return machine === undefined
    ? "it is not an ELF file"
    : `it is an ELF file for another machine, ${machine}, which Exhume does not read`;
}

/** A library of another build gives plausible nonsense: say which files were taken on trust, and which were not used. */
function reportDoubts(
  modules: readonly ProcessModule[],
  matches: readonly ModuleMatch[],
  problems: ProblemList,
): void {
  const namesOf = (status: ModuleStatus): string => {
    const those = modules.filter((_, index) => matches[index]!.status === status);
    const more = those.length > 5 ? ` and ${those.length - 5} more` : "";
    return `${those.slice(0, 5).map(moduleNameOf).join(", ")}${more}`;
  };
  const unverified = namesOf("unverified");
  if (unverified !== "") {
    const why = "because the core holds nothing of them to compare with their files";
    const message = `Used unverified, ${why}: ${unverified}.`;
    problems.add({ code: "modules-unverified", message, losesData: false });
  }
  const mismatched = namesOf("mismatched");
  if (mismatched !== "") {
    const message = `The files at hand differ from the ones that were loaded: ${mismatched}.`;
    problems.add({ code: "modules-mismatched", message, losesData: false });
  }
}

/** A debug file given as the program: what it is good for, and what is still needed. */
function reportDebugProgram(
  modules: readonly ProcessModule[],
  matches: readonly ModuleMatch[],
  program: string | undefined,
  problems: ProblemList,
): void {
  const executable = modules.findIndex(({ kind }) => kind === "executable");
  const match = matches[executable];
  if (!match?.candidates.some(({ path, refused }) => path === program && refused === "debugOnly")) return;
  const use = match.debugPath === program ? "is used for names, lines and variables" : "is not used";
  const buildId = modules[executable]?.buildId;
  const whose = buildId === undefined ? "" : ` (build id ${buildId})`;
  const rest =
    match.path === undefined
      ? `Stacks may end early: give the program it was split from${whose} as program, and put this file beside it`
      : `The program itself is ${match.path}`;
  const message = `${program} holds debug information only, without code; it ${use}. ${rest}.`;
  problems.add({ code: "program-is-debug-file", message, losesData: false });
}

/** A program the user names himself and that is not the one that ran is refused, not silently passed over. */
function refuseWrongProgram(
  modules: readonly ProcessModule[],
  matches: readonly ModuleMatch[],
  { core }: OpenOptions,
): void {
  const program = core?.program;
  const executable = modules.findIndex(({ kind }) => kind === "executable");
  const match = matches[executable];
  if (program === undefined || match === undefined || core?.allowMismatch === true) return;
  const own = match.candidates.find(({ path }) => path === program);
  if (own?.refused === undefined || own.refused === "debugOnly") return;
  const reasons = {
    otherBuildId: `its build id is ${own.buildId ?? "missing"}, the process ran ${modules[executable]?.buildId}`,
    otherContents: "its contents differ from what the process ran",
    otherMachine: "it is for another machine",
    notElf: "it is not an ELF file",
  };
  throw new ExhumeError({ code: "refused", what: `${program} is not what crashed: ${reasons[own.refused]}` });
}
