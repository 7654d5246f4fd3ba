import { dirname } from "node:path";
import { type Memento, Uri, window, workspace } from "vscode";
import { fileNameOf } from "../analyzer/base/pathNames";
import type { CoreModuleRow } from "../analyzer/protocol/core/modules";
import type { CoreOptions } from "../analyzer/protocol/dump/open";
import type { ResultOf } from "../analyzer/protocol/requests";
import { type AnalyzerClient, AnalyzerError } from "./analyzerClient";
import { choose, confirm, type PickEntry } from "./dialogs";

/** How to open a core: with which program, and whether the user takes one of another build. */
export interface ProgramChoice {
  readonly program?: string;
  readonly allowMismatch?: boolean;
  /** Folders of the workspace that hold modules of this core, added to the user's own. */
  readonly debugInfoPaths?: readonly string[];
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
  const remembered = options.program === undefined ? memory.get<ProgramChoice>(keyOf(core)) : undefined;
  let choice: ProgramChoice = {
    ...remembered,
    ...(options.program !== undefined && { program: options.program }),
    ...(options.allowMismatch === true && { allowMismatch: true }),
  };
  let inWorkspace: ProgramChoice | undefined;
  for (;;) {
    let found = await tryModules(question, { ...choice, ...inWorkspace });
    if (typeof found !== "string" && inWorkspace === undefined) {
      const folders = await foldersWith(found.modules.filter(({ status }) => status !== "found"));
      inWorkspace =
        folders.length === 0 ? {} : { debugInfoPaths: [...(options.debugInfoPaths ?? []), ...folders] };
      if (folders.length > 0) found = await tryModules(question, { ...choice, ...inWorkspace });
    }
    if (typeof found !== "string") {
      const executable = found.modules.find(({ kind }) => kind === "executable");
      if (
        executable === undefined ||
        ["found", "unverified"].includes(executable.status) ||
        executable.overridden
      ) {
        if (choice.program !== undefined && options.program === undefined)
          await memory.update(keyOf(core), choice);
        return { ...choice, ...inWorkspace };
      }
      const picked = await pickProgram(core, executable, found.counts.words);
      if (picked === undefined) return undefined;
      if (picked === "without") return { ...inWorkspace };
      choice = { program: picked };
    } else {
      const insists = await refuse(found, choice);
      if (insists === undefined) return undefined;
      choice = insists ? { ...choice, allowMismatch: true } : {};
      if (!insists) await memory.update(keyOf(core), undefined);
    }
  }
}

/** Of a core that is deleted. */
export async function forgetProgram(memory: Memento, core: string): Promise<void> {
  await memory.update(keyOf(core), undefined);
}

const keyOf = (core: string) => `exhume.programOf:${core}`;

type FoundModules = ResultOf<"core/modules">;

/** The modules of the core as they match with a choice, or the sentence that refuses it. */
async function tryModules(
  { analyzer, core, options }: ProgramQuestion,
  choice: ProgramChoice,
): Promise<FoundModules | string> {
  const { dump } = await analyzer.request("dump/open", {
    path: core,
    options: { core: { ...options, ...choice } },
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
async function foldersWith(modules: readonly CoreModuleRow[]): Promise<string[]> {
  // Names with letters that mean something in a pattern are not build output.
  const names = modules.map(({ path }) => fileNameOf(path)).filter((name) => /^[\w.+-]+$/.test(name));
  if (names.length === 0) return [];
  const pattern = names.length === 1 ? names[0] : `{${names.slice(0, mostNames).join(",")}}`;
  const files = await workspace.findFiles(`**/${pattern}`, undefined, mostCandidates);
  return [...new Set(files.map(({ fsPath }) => dirname(fsPath)))];
}

type ProgramEntry = PickEntry & { readonly path: string | "browse" | "without" };

async function pickProgram(
  core: string,
  executable: CoreModuleRow,
  counts: string,
): Promise<string | "without" | undefined> {
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
  items.push(
    { icon: "folder-opened", label: "Browse…", description: `from ${near}`, path: "browse" },
    {
      icon: "debug-alt",
      label: "Debug without it",
      detail: "Addresses instead of functions, no variables",
      path: "without",
    },
  );
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

/** @returns true to use it anyway, false to pick another, undefined to give up */
async function refuse(sentence: string, { program }: ProgramChoice): Promise<boolean | undefined> {
  const anyway = "Use It Anyway";
  const other = "Choose Another";
  const detail = `Functions, lines and values from ${program} would be wrong wherever the builds differ.`;
  const answer = await confirm(sentence, detail, other, anyway);
  return answer === undefined ? undefined : answer === anyway;
}
