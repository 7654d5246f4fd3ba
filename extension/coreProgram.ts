import { dirname } from "node:path";
import { env } from "node:process";
import { ConfigurationTarget, type Memento, Uri, window, workspace } from "vscode";
import { fileNameOf } from "../analyzer/base/pathNames";
import type { CoreModuleRow } from "../analyzer/protocol/core/modules";
import type { CoreOptions } from "../analyzer/protocol/dump/open";
import type { ResultOf } from "../analyzer/protocol/requests";
import { type AnalyzerClient, AnalyzerError } from "./analyzerClient";
import { askText, choose, confirm, type PickEntry } from "./dialogs";
import { readSettings } from "./settings";

/** How to open a core: with which program, and whether the user takes one of another build. */
export interface ProgramChoice {
  readonly program?: string;
  readonly allowMismatch?: boolean;
  /** Folders that hold modules of this core, added to the user's own. */
  readonly debugInfoPaths?: readonly string[];
  /** Servers that were asked for modules of this core. */
  readonly debuginfodUrls?: readonly string[];
}

/** What was chosen for a core before, in its editor or for a debug session. */
export function rememberedChoice(memory: Memento, core: string): ProgramChoice {
  return memory.get<ProgramChoice>(keyOf(core)) ?? {};
}

export async function rememberChoice(memory: Memento, core: string, choice: ProgramChoice): Promise<void> {
  await memory.update(keyOf(core), Object.keys(choice).length === 0 ? undefined : choice);
}

/** How a core is opened with a choice. */
export function coreOptionsWith(options: CoreOptions, choice: ProgramChoice): CoreOptions {
  const joined = (one: readonly string[] = [], other: readonly string[] = []) => [
    ...new Set([...one, ...other]),
  ];
  return {
    ...options,
    ...choice,
    debugInfoPaths: joined(options.debugInfoPaths, choice.debugInfoPaths),
    debuginfodUrls: joined(options.debuginfodUrls, choice.debuginfodUrls),
  };
}

export interface ProgramQuestion {
  readonly analyzer: AnalyzerClient;
  /** Remembers the choice for each core. */
  readonly memory: Memento;
  readonly core: string;
  readonly options: CoreOptions;
}

const mostCandidates = 50;
/** Names looked for in the workspace at once; more modules are missing when the whole system is another one. */
const mostNames = 20;

/**
 * Finds the program a core needs before anything of it is shown. When it is found by its build id nobody is asked; else
 * the user picks, and what does not fit is refused until he insists.
 * @returns undefined when the user gave up
 */
export async function chooseProgram(question: ProgramQuestion): Promise<ProgramChoice | undefined> {
  const { memory, core, options } = question;
  const remembered = options.program === undefined ? rememberedChoice(memory, core) : {};
  let choice: ProgramChoice = {
    ...remembered,
    ...(options.program !== undefined && { program: options.program }),
    ...(options.allowMismatch === true && { allowMismatch: true }),
  };
  let inWorkspace: ProgramChoice | undefined;
  for (;;) {
    let found = await tryModules(question, withFolders(choice, inWorkspace));
    if (typeof found !== "string" && inWorkspace === undefined) {
      const folders = await foldersWith(found.modules.filter(({ status }) => status !== "found"));
      inWorkspace = folders.length === 0 ? {} : { debugInfoPaths: folders };
      if (folders.length > 0) found = await tryModules(question, withFolders(choice, inWorkspace));
    }
    if (typeof found !== "string") {
      const executable = found.modules.find(({ kind }) => kind === "executable");
      if (
        executable === undefined ||
        ["found", "unverified"].includes(executable.status) ||
        executable.overridden
      ) {
        if (choice.program !== undefined && options.program === undefined)
          await rememberChoice(memory, core, choice);
        return coreOptionsWith(options, withFolders(choice, inWorkspace));
      }
      const picked = await pickProgram(core, executable, found.counts.words);
      if (picked === undefined) return undefined;
      if (picked === "without") return coreOptionsWith(options, withFolders({}, inWorkspace));
      if (picked === "debuginfod") choice = (await withDebuginfod(question, executable, choice)) ?? choice;
      else choice = { ...choice, program: picked };
    } else {
      const insists = await refuse(found, choice);
      if (insists === undefined) return undefined;
      choice = insists ? { ...choice, allowMismatch: true } : {};
      if (!insists) await rememberChoice(memory, core, {});
    }
  }
}

/** Of a core that is deleted. */
export async function forgetProgram(memory: Memento, core: string): Promise<void> {
  await memory.update(keyOf(core), undefined);
}

function withFolders(choice: ProgramChoice, { debugInfoPaths = [] }: ProgramChoice = {}): ProgramChoice {
  if (debugInfoPaths.length === 0) return choice;
  return { ...choice, debugInfoPaths: [...new Set([...(choice.debugInfoPaths ?? []), ...debugInfoPaths])] };
}

const keyOf = (core: string) => `exhume.programOf:${core}`;

type FoundModules = ResultOf<"core/modules">;

/** The modules of the core as they match with a choice, or the sentence that refuses it. */
export async function tryModules(
  { analyzer, core, options }: ProgramQuestion,
  choice: ProgramChoice,
): Promise<FoundModules | string> {
  const { dump } = await analyzer.request("dump/open", {
    path: core,
    options: { core: coreOptionsWith(options, choice) },
  });
  try {
    await analyzer.request("dump/ready", { dump });
    return await analyzer.request("core/modules", { dump });
  } catch (error) {
    const isAboutProgram = choice.program !== undefined && error instanceof AnalyzerError;
    if (isAboutProgram && ["refused", "unreadable"].includes(error.fault.code)) return error.message;
    throw error;
  } finally {
    await analyzer.request("dump/close", { dump });
  }
}

/** Where the workspace has files named like these modules: its build output. Whether they fit, their build ids tell. */
export async function foldersWith(modules: readonly CoreModuleRow[]): Promise<string[]> {
  // Names with letters that mean something in a pattern are not build output.
  const names = modules.map(({ path }) => fileNameOf(path)).filter((name) => /^[\w.+-]+$/.test(name));
  if (names.length === 0) return [];
  const pattern = names.length === 1 ? names[0] : `{${names.slice(0, mostNames).join(",")}}`;
  const files = await workspace.findFiles(`**/${pattern}`, undefined, mostCandidates);
  return [...new Set(files.map(({ fsPath }) => dirname(fsPath)))];
}

type ProgramEntry = PickEntry & { readonly path: string };

async function pickProgram(
  core: string,
  executable: CoreModuleRow,
  counts: string,
): Promise<string | undefined> {
  const name = fileNameOf(executable.path);
  const near = core.slice(0, Math.max(core.lastIndexOf("/"), core.lastIndexOf("\\")) + 1);
  const files = await workspace.findFiles(`**/${name}`, undefined, mostCandidates);
  const paths = new Set([
    ...(executable.file === undefined ? [] : [executable.file]),
    ...files.map(({ fsPath }) => fsPath),
  ]);
  const items: ProgramEntry[] = [...paths].map((path) => ({
    icon: "file-binary",
    label: name,
    description: path,
    ...(path === executable.file && { detail: "Another build than the one that crashed" }),
    path,
  }));
  items.push({ icon: "folder-opened", label: "Choose…", description: `from ${near}`, path: "browse" });
  if (executable.buildId !== undefined) {
    const detail = "Asks a server of yours for the build that ran";
    items.push({ icon: "cloud-download", label: "Use debuginfod", detail, path: "debuginfod" });
  }
  items.push({
    icon: "debug-alt",
    label: "Debug without it",
    detail: "Addresses instead of functions, no variables",
    path: "without",
  });
  const picked = await choose(items, {
    title: `Which program made this core? ${name}${executable.buildId === undefined ? "" : `, build ${executable.buildId.slice(0, 12)}…`}`,
    placeHolder: `Modules: ${counts}`,
    matchOnDescription: true,
  });
  if (picked === undefined) return undefined;
  if (picked.path !== "browse") return picked.path;
  const chosen = await window.showOpenDialog({
    title: `The program that made this core: ${name}`,
    openLabel: "Use",
    defaultUri: Uri.file(near),
  });
  return chosen?.[0]?.fsPath;
}

/**
 * A choice with the servers to ask for what is missing: those that were named before, in the settings or in the
 * environment, else the user is asked. @returns undefined when none was named
 */
export async function withDebuginfod(
  { options }: ProgramQuestion,
  { path }: Pick<CoreModuleRow, "path">,
  choice: ProgramChoice,
): Promise<ProgramChoice | undefined> {
  const known = [...(options.debuginfodUrls ?? []), ...(choice.debuginfodUrls ?? []), ...debuginfodServers()];
  if (known.length > 0) return { ...choice, debuginfodUrls: known };
  const typed = await askText({
    title: `Which debuginfod server has ${fileNameOf(path)}?`,
    prompt: "Its address is kept in your settings. Only build ids are sent to it.",
    placeHolder: "https://debuginfod.example.com",
  });
  const url = typed?.trim() ?? "";
  if (url === "") return undefined;
  await workspace.getConfiguration("exhume").update("core.debuginfodUrls", [url], ConfigurationTarget.Global);
  return { ...choice, debuginfodUrls: [url] };
}

/** Of the settings, else of the environment, where other debuggers look. */
function debuginfodServers(): readonly string[] {
  const { debuginfodUrls } = readSettings();
  if (debuginfodUrls.length > 0) return debuginfodUrls;
  return (env["DEBUGINFOD_URLS"] ?? "").split(/\s+/).filter((url) => url !== "");
}

/** @returns true to use it anyway, false to pick another, undefined to give up */
export async function refuse(sentence: string, { program }: ProgramChoice): Promise<boolean | undefined> {
  const anyway = "Use It Anyway";
  const other = "Choose Another";
  const detail = `Functions, lines and values from ${program} would be wrong wherever the builds differ.`;
  const answer = await confirm(sentence, detail, other, anyway);
  return answer === undefined ? undefined : answer === anyway;
}
