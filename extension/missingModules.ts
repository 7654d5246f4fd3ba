import { basename, dirname } from "node:path";
import { commands, type Disposable, type Memento, ProgressLocation, Uri, window } from "vscode";
import { fileNameOf } from "../analyzer/base/pathNames";
import type { CoreModuleRow } from "../analyzer/protocol/core/modules";
import type { ProvideHow } from "../analyzer/protocol/view/hostCalls";
import type { AnalyzerClient } from "./analyzerClient";
import {
  foldersWith,
  type ProgramChoice,
  type ProgramQuestion,
  refuse,
  rememberChoice,
  rememberedChoice,
  tryModules,
  withDebuginfod,
} from "./coreProgram";
import { tell, tellError } from "./dialogs";
import type { DumpEditors } from "./dumpEditor";

/** Files of modules that are not where the core says: provided from where one sees that they are missing. */
export function registerMissingModules(
  analyzer: AnalyzerClient,
  editors: DumpEditors,
  memory: Memento,
): Disposable {
  return commands.registerCommand(
    "exhume.provideModule",
    async (core: Uri, path: string, how: ProvideHow): Promise<boolean> => {
      try {
        const question = { analyzer, memory, core: core.fsPath, options: {} };
        const choice = await choiceWith(question, path, how);
        if (choice === undefined) return false;
        await rememberChoice(memory, core.fsPath, choice);
        const open = editors.open.filter(({ document }) => document.file.toString() === core.toString());
        for (const document of new Set(open.map((host) => host.document))) await document.reopen();
        return true;
      } catch (error) {
        tellError(error);
        return false;
      }
    },
  );
}

/** @returns the choice that has the module, undefined when nothing came of it, which the user has been told */
async function choiceWith(
  question: ProgramQuestion,
  path: string,
  how: ProvideHow,
): Promise<ProgramChoice | undefined> {
  const before = rememberedChoice(question.memory, question.core);
  const now = await tryModules(question, before);
  const module = typeof now === "string" ? undefined : now.modules.find((row) => row.path === path);
  if (module === undefined) throw new Error(`The core has no module ${path}.`);
  switch (how) {
    case "choose":
      return chosen(question, module, before);
    case "searchWorkspace":
      return fromWorkspace(question, module, before);
    case "useDebuginfod":
      return fromServers(question, module, before);
  }
}

async function chosen(
  question: ProgramQuestion,
  module: CoreModuleRow,
  before: ProgramChoice,
): Promise<ProgramChoice | undefined> {
  const name = fileNameOf(module.path);
  const picked = await window.showOpenDialog({
    title: `The file of ${name} that ran`,
    openLabel: "Use",
    defaultUri: Uri.joinPath(Uri.file(question.core), ".."),
  });
  const file = picked?.[0]?.fsPath;
  if (file === undefined) return undefined;
  if (module.kind === "executable") return asProgram(question, module, { ...before, program: file });
  if (basename(file) !== name) {
    void tell(`Libraries are looked for by their names: choose a file called ${name}.`);
    return undefined;
  }
  return checked(question, module, withFolder(before, [dirname(file)]), `${file} is not the build that ran.`);
}

/** A program of another build is used when the user insists. */
async function asProgram(
  question: ProgramQuestion,
  module: CoreModuleRow,
  choice: ProgramChoice,
): Promise<ProgramChoice | undefined> {
  const refused = await tryModules(question, choice);
  if (typeof refused !== "string") return checked(question, module, choice, refusalOf(module));
  const insists = await refuse(refused, choice);
  if (insists === undefined) return undefined;
  if (insists) return { ...choice, allowMismatch: true };
  const { program: _program, ...without } = choice;
  return chosen(question, module, without);
}

async function fromWorkspace(
  question: ProgramQuestion,
  module: CoreModuleRow,
  before: ProgramChoice,
): Promise<ProgramChoice | undefined> {
  const folders = await foldersWith([module]);
  if (folders.length === 0) {
    void tell(`The workspace has no file called ${fileNameOf(module.path)}.`);
    return undefined;
  }
  return checked(question, module, withFolder(before, folders), refusalOf(module));
}

async function fromServers(
  question: ProgramQuestion,
  module: CoreModuleRow,
  before: ProgramChoice,
): Promise<ProgramChoice | undefined> {
  const name = fileNameOf(module.path);
  if (module.buildId === undefined) {
    void tell(`The core does not say which build of ${name} ran: no server can be asked for it.`);
    return undefined;
  }
  const choice = await withDebuginfod(question, module, before);
  if (choice === undefined) return undefined;
  const servers = choice.debuginfodUrls?.join(", ") ?? "";
  return window.withProgress(
    { location: ProgressLocation.Notification, title: "Asking debuginfod for what is missing…" },
    () => checked(question, module, choice, `${servers} did not give the build of ${name} that ran.`),
  );
}

/** The choice when it has the module. */
async function checked(
  question: ProgramQuestion,
  module: CoreModuleRow,
  choice: ProgramChoice,
  refusal: string,
): Promise<ProgramChoice | undefined> {
  const found = await tryModules(question, choice);
  const row = typeof found === "string" ? undefined : found.modules.find(({ path }) => path === module.path);
  if (row !== undefined && row.wants === undefined) return choice;
  void tell(typeof found === "string" ? found : `${refusal} ${row?.fault ?? ""}`.trim());
  return undefined;
}

function refusalOf({ path }: CoreModuleRow): string {
  return `No file called ${fileNameOf(path)} there is the build that ran.`;
}

function withFolder(choice: ProgramChoice, folders: readonly string[]): ProgramChoice {
  return { ...choice, debugInfoPaths: [...new Set([...(choice.debugInfoPaths ?? []), ...folders])] };
}
