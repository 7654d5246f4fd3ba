import { fileURLToPath } from "node:url";
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type InitializeParams,
} from "vscode-languageserver";
import type { sourceRequests } from "../../protocol/source/sources";
import type { ReadThread } from "../../session/reading/readThread";
import { watchedExtensions } from "../../session/sources/watchedExtensions";
import type { Handlers } from "./handlers";

export function sourceHandlers(service: ReadThread): Handlers<keyof typeof sourceRequests> {
  return {
    "source/class": (params, signal) => service.ask("source/class", params, signal),
    "source/field": (params, signal) => service.ask("source/field", params, signal),
    "source/frame": (params, signal) => service.ask("source/frame", params, signal),
    "source/native": (params, signal) => service.ask("source/native", params, signal),
    "source/text": (params, signal) => service.ask("source/text", params, signal),
    "source/declarations": (params, signal) => service.ask("source/declarations", params, signal),
  };
}

/** Tells the service which folders are open and what changes in them, as far as the client can. */
export class WorkspaceSources {
  private folders: string[] = [];
  private canWatch = false;
  private canTellFolders = false;

  constructor(
    private readonly connection: Connection,
    private readonly service: ReadThread,
  ) {}

  initialize(params: InitializeParams): void {
    this.folders = (params.workspaceFolders ?? []).flatMap((folder) => pathsOf(folder.uri));
    this.canWatch = params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    this.canTellFolders = params.capabilities.workspace?.workspaceFolders === true;
    this.service.setRoots(this.folders);
  }

  /** Call once the client is ready for requests. */
  async watch(): Promise<void> {
    if (this.canTellFolders) {
      this.connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = removed.flatMap((folder) => pathsOf(folder.uri));
        const come = added.flatMap((folder) => pathsOf(folder.uri));
        this.folders = [...this.folders.filter((folder) => !gone.includes(folder)), ...come];
        this.service.setRoots(this.folders);
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
