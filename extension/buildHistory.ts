import { basename, relative } from "node:path";
import type { Uri } from "vscode";
import type { DumpBuild } from "../analyzer/protocol/heap/builds";
import type { BuildEnd, CommitRow, CommitsBetween } from "../analyzer/protocol/view/hostMessages";
import { ageInWords, type GitCommit, type GitRepository, repositoryOf } from "./gitHistory";
import { isPlainRef } from "./plainRef";
import { textMapSetting } from "./settings";

/** Commits of one file looked through when only times are known. */
const mostLogged = 500;
/** Commits shown, and looked into for the name of the field. */
const mostShown = 30;

interface ResolvedBuild extends BuildEnd {
  readonly commit?: GitCommit;
  readonly timeMs: number;
}

/**
 * The commits that changed a file between the builds of two dumps, newest first; undefined without a repository.
 * A build is, best first: what the setting `exhume.source.builds` names, what the heap says, else the newest commit
 * before the dump was written, which is an assumption: a build may be older.
 * @param member field or method; a commit that changes a line with its name is marked
 */
export async function commitsBetweenBuilds(
  file: Uri,
  member: string,
  from: DumpBuild,
  to: DumpBuild,
): Promise<CommitsBetween | undefined> {
  const repository = await repositoryOf(file);
  if (repository === undefined) return undefined;
  const path = relative(repository.rootUri.fsPath, file.fsPath);
  const first = await resolveBuild(repository, from);
  const last = await resolveBuild(repository, to);
  const commits = await commitsIn(repository, path, first, last);
  const rows: CommitRow[] = [];
  for (const commit of commits.slice(0, mostShown)) {
    rows.push(rowOf(commit, await changesLineWith(repository, file, commit, member)));
  }
  return {
    from: endOf(first),
    to: endOf(last),
    isSameBuild: first.commit !== undefined && first.commit.hash === last.commit?.hash,
    commits: rows,
    total: commits.length,
  };
}

async function resolveBuild(repository: GitRepository, dump: DumpBuild): Promise<ResolvedBuild> {
  const name = basename(dump.path);
  const unknown: string[] = [];
  for (const { ref, source, confidence } of candidates(dump)) {
    const commit = await repository.getCommit(ref).catch(() => undefined);
    if (commit === undefined) {
      unknown.push(`${ref} (${source})`);
      continue;
    }
    const text = `${name} is build ${commit.hash.slice(0, 7)} (${source})`;
    return { text, confidence, commit, timeMs: timeOf(commit) };
  }
  const day = new Date(dump.createdMs).toISOString().slice(0, 16).replace("T", " ");
  const why =
    unknown.length === 0 ? "its build is not known" : `git does not know its build ${unknown.join(", ")}`;
  return {
    text: `${name}: ${why}, so what was committed before it was written, ${day} UTC; the build may be older`,
    confidence: "assumed",
    timeMs: dump.createdMs,
  };
}

interface Candidate {
  readonly ref: string;
  readonly source: string;
  readonly confidence: BuildEnd["confidence"];
}

function candidates({ path, build }: DumpBuild): Candidate[] {
  const found: Candidate[] = [];
  const named = textMapSetting("source.builds");
  const key = [path, basename(path)].find((name) => Object.hasOwn(named, name));
  const ref = key === undefined ? undefined : named[key];
  if (ref !== undefined) {
    found.push({ ref, source: "named in the settings", confidence: "certain" });
  }
  if (build?.commit !== undefined) {
    found.push({ ref: build.commit, source: build.source, confidence: build.confidence });
  }
  if (build?.version !== undefined) {
    for (const tag of [`v${build.version}`, build.version])
      found.push({ ref: tag, source: `tag of ${build.source}`, confidence: "likely" });
  }
  return found.filter(({ ref }) => isPlainRef(ref));
}

async function commitsIn(
  repository: GitRepository,
  path: string,
  first: ResolvedBuild,
  last: ResolvedBuild,
): Promise<readonly GitCommit[]> {
  if (first.commit !== undefined && last.commit !== undefined) {
    return repository.log({ path, range: `${first.commit.hash}..${last.commit.hash}` }).catch(() => []);
  }
  const all = await repository.log({ path, maxEntries: mostLogged }).catch(() => []);
  return all.filter((commit) => timeOf(commit) > first.timeMs && timeOf(commit) <= last.timeMs);
}

async function changesLineWith(
  repository: GitRepository,
  file: Uri,
  commit: GitCommit,
  member: string,
): Promise<boolean> {
  const parent = commit.parents?.[0];
  const text =
    parent === undefined
      ? // Two trees have no merge base that git could start from: everything in the file is new.
        (await repository.show(commit.hash, file.fsPath).catch(() => "")).replace(/^/gm, "+")
      : await repository.diffBetween(parent, commit.hash, file.fsPath).catch(() => "");
  const name = member.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^[+-](?![+-]{2} ).*(?<![\\w$])${name}(?![\\w$])`, "m").test(text);
}

function rowOf(commit: GitCommit, namesMember: boolean): CommitRow {
  const { hash, message, authorName } = commit;
  return {
    hash,
    author: authorName ?? "unknown",
    age: ageInWords(new Date(timeOf(commit)), new Date()),
    subject: message.split("\n")[0] ?? "",
    namesMember,
  };
}

/** When the commit was made as it is now: a rebased one counts from then. */
function timeOf({ commitDate, authorDate }: GitCommit): number {
  return (commitDate ?? authorDate ?? new Date(0)).getTime();
}

function endOf({ text, confidence }: ResolvedBuild): BuildEnd {
  return { text, confidence };
}
