import { commands, type Disposable, env, Uri } from "vscode";
import { tell } from "./dialogs";
import { ageInWords, commitOfLine } from "./gitHistory";

/** *Show who wrote the line*: from a lens, a quick fix or a suspect, with the line of the holding field. */
export function registerCommitCommands(): Disposable[] {
  return [
    commands.registerCommand("exhume.showWhoWrote", (file: string, line: number) => showWhoWrote(file, line)),
    // For views: who wrote a line as a sentence, without a dialog; empty when git does not know.
    commands.registerCommand("exhume.whoWrote", async (file: string, line: number) => {
      const commit = await commitOfLine(Uri.file(file), line);
      if (commit === undefined) return "";
      return `introduced ${ageInWords(commit.date, new Date())} in ${commit.hash.slice(0, 7)} by ${commit.author}: ${commit.subject}`;
    }),
  ];
}

async function showWhoWrote(file: string, line: number): Promise<void> {
  const commit = await commitOfLine(Uri.file(file), line);
  if (commit === undefined) {
    void tell("Git knows no commit of this line: no repository, or it is not committed yet.");
    return;
  }
  const copy = "Copy Commit Hash";
  const age = ageInWords(commit.date, new Date());
  const sentence = `${commit.author}, ${age}, in ${commit.hash.slice(0, 7)}: ${commit.subject}`;
  if ((await tell(sentence, copy)) === copy) await env.clipboard.writeText(commit.hash);
}
