import { workspace } from "vscode";
import type { FoundDump } from "../analyzer/protocol/dump/investigation";
import type { AnalyzerClient } from "./analyzerClient";
import type { KnownDump, KnownDumps } from "./knownDumps";
import type { Log } from "./log";

/** A dump as lists show it: the file, and what is remembered of it. */
export type ListedDump = FoundDump & Partial<KnownDump>;

export interface ListedDumpsInputs {
  readonly analyzer: AnalyzerClient;
  readonly known: KnownDumps;
  readonly log: Log;
}

/** The dumps of the workspace, told by content, and those opened lately from anywhere; series among them. */
export class ListedDumps {
  constructor(private readonly inputs: ListedDumpsInputs) {}

  /** Newest first. */
  async all(): Promise<readonly ListedDump[]> {
    const { analyzer, known, log } = this.inputs;
    const folders = (workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === "file")
      .map(({ uri }) => uri.fsPath);
    const remembered = known.list();
    const files = remembered.map(({ path }) => path);
    const found = await analyzer.request("dumps/find", { folders, files }).then(
      ({ dumps }) => dumps,
      (error: Error) => {
        log.warn(`Looking for dumps: ${error.message}`);
        return [];
      },
    );
    return found.map((dump) => {
      const match = remembered.find(
        ({ path, modifiedMs }) => path === dump.path && modifiedMs === dump.modifiedMs,
      );
      return { ...match, ...dump };
    });
  }

  /** Heap dumps of the same series that were written before a dump, newest first. */
  async earlierThan(path: string): Promise<readonly ListedDump[]> {
    const all = await this.all();
    const own = all.find((dump) => dump.path === path);
    if (own === undefined) return [];
    return all.filter(
      ({ kind, series, modifiedMs }) =>
        kind === "heap" && series === own.series && modifiedMs < own.modifiedMs,
    );
  }
}
