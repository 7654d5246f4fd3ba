import { type Extension, extensions, Uri } from "vscode";

/** A commit that changed a line, as VS Code's git extension knows it. */
export interface LineCommit {
  readonly hash: string;
  readonly author: string;
  readonly date: Date;
  /** First line of the message. */
  readonly subject: string;
}

/** The part of the git extension's API (version 1) that is used; it is not on npm. */
interface GitApi {
  getRepository(uri: Uri): GitRepository | null;
  /** Opens the repository at a folder, or above it. */
  openRepository?(root: Uri): Promise<GitRepository | null>;
}

export interface GitRepository {
  readonly rootUri: Uri;
  blame(path: string): Promise<string>;
  /** Newest first. With a `range`, as in `a..b`, `maxEntries` does not count. */
  log(options: {
    readonly path?: string;
    readonly maxEntries?: number;
    readonly range?: string;
  }): Promise<readonly GitCommit[]>;
  getCommit(ref: string): Promise<GitCommit>;
  /** Text of the differences in one file. */
  diffBetween(from: string, to: string, path: string): Promise<string>;
  /** Text of a file in a commit. */
  show(ref: string, path: string): Promise<string>;
}

export interface GitCommit {
  readonly hash: string;
  readonly message: string;
  readonly parents?: readonly string[];
  readonly authorName?: string;
  readonly authorDate?: Date;
  readonly commitDate?: Date;
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

/**
 * Who wrote a line, and when; undefined when there is no git extension, no repository or no commit of the line.
 * @param line from 1
 */
export async function commitOfLine(file: Uri, line: number): Promise<LineCommit | undefined> {
  const repository = await repositoryOf(file);
  if (repository === undefined) return undefined;
  const blame = await repository.blame(file.fsPath).catch(() => "");
  const hash = hashOfBlameLine(blame.split("\n")[line - 1]);
  if (hash === undefined) return undefined;
  return describe(await repository.getCommit(hash));
}

/** The repository of a file, opened when the git extension has not found it by itself. */
export async function repositoryOf(file: Uri): Promise<GitRepository | undefined> {
  const git = await gitApi();
  return git?.getRepository(file) ?? (await git?.openRepository?.(Uri.joinPath(file, ".."))) ?? undefined;
}

async function gitApi(): Promise<GitApi | undefined> {
  const extension = extensions.getExtension("vscode.git") as Extension<GitExtension> | undefined;
  if (extension === undefined) return undefined;
  const git = extension.isActive ? extension.exports : await extension.activate();
  return git.enabled ? git.getAPI(1) : undefined;
}

/** `abc1234 (Name 2025-03-01 10:00:00 +0100 12) text`; a line that is not committed yet has zeros. */
export function hashOfBlameLine(text: string | undefined): string | undefined {
  const hash = /^\^?([0-9a-f]{7,40})\b/.exec(text ?? "")?.[1];
  return hash === undefined || /^0+$/.test(hash) ? undefined : hash;
}

function describe({ hash, message, authorName, authorDate }: GitCommit): LineCommit {
  return {
    hash,
    author: authorName ?? "unknown",
    date: authorDate ?? new Date(0),
    subject: message.split("\n")[0] ?? "",
  };
}

/** `6 weeks ago`, for the age of a commit. */
export function ageInWords(date: Date, now: Date): string {
  const days = Math.max(0, Math.floor((now.getTime() - date.getTime()) / 86_400_000));
  if (days === 0) return "today";
  const [count, unit] =
    days < 14
      ? [days, "day"]
      : days < 60
        ? [Math.floor(days / 7), "week"]
        : days < 730
          ? [Math.floor(days / 30.44), "month"]
          : [Math.floor(days / 365.25), "year"];
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}
