import { fileURLToPath } from "node:url";
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type InitializeParams,
} from "vscode-languageserver";
import type { sourceRequests } from "../../protocol/source/sources";
import { type SourceService, watchedExtensions } from "../../session/sources/sourceService";
import type { Handlers } from "./handlers";
import { workOf } from "./signalWork";

export function sourceHandlers(service: SourceService): Handlers<keyof typeof sourceRequests> {
  const { answers } = service;
  return {
    "source/class": (params, signal) => answers["source/class"](params, workOf(signal)),
    "source/field": (params, signal) => answers["source/field"](params, workOf(signal)),
    "source/frame": (params, signal) => answers["source/frame"](params, workOf(signal)),
    "source/native": (params, signal) => answers["source/native"](params, workOf(signal)),
    "source/text": (params, signal) => answers["source/text"](params, workOf(signal)),
    "source/declarations": (params, signal) => answers["source/declarations"](params, workOf(signal)),
  };
}

/** Tells the service which folders are open and what changes in them, as far as the client can. */
export class WorkspaceSources {
  private folders: string[] = [];
  private canWatch = false;
  private canTellFolders = false;

  constructor(
    private readonly connection: Connection,
    private readonly service: SourceService,
  ) {}

  initialize(params: InitializeParams): void {
    this.folders = (params.workspaceFolders ?? []).flatMap((folder) => pathsOf(folder.uri));
    this.canWatch = params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    this.canTellFolders = params.capabilities.workspace?.workspaceFolders === true;
    this.service.setRoots(this.folders, this.canWatch);
  }

  /** Call once the client is ready for requests. */
  async watch(): Promise<void> {
    if (this.canTellFolders) {
      this.connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = removed.flatMap((folder) => pathsOf(folder.uri));
        const come = added.flatMap((folder) => pathsOf(folder.uri));
        this.folders = [...this.folders.filter((folder) => !gone.includes(folder)), ...come];
        this.service.setRoots(this.folders, this.canWatch);
      });
    }
    if (!this.canWatch) return;
    const globPattern = `**/*.{${watchedExtensions.join(",")}}`;
    await this.connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [{ globPattern }],
    });
    this.connection.onDidChangeWatchedFiles(({ changes }) =>
      this.service.filesChanged(
        changes.flatMap(({ uri, type }) => pathsOf(uri).map((path) => ({ path, kind: kindOf(type) }))),
      ),
    );
  }
}

function kindOf(type: FileChangeType): "created" | "changed" | "deleted" {
  if (type === FileChangeType.Created) return "created";
  return type === FileChangeType.Deleted ? "deleted" : "changed";
}

/** Only files on the analyzer's own machine have a path. */
function pathsOf(uri: string): string[] {
  return uri.startsWith("file:") ? [fileURLToPath(uri)] : [];
}
