export interface ServerOptions {
  /** Folder for everything this user of VS Code leaves behind. */
  readonly data: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** true asks for trust as a desktop VS Code does. */
  readonly trust?: boolean;
  readonly dialogs?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface WorkbenchTarget {
  readonly folder: string;
  /** The extension loaded from its sources; a window in a browser takes one. */
  readonly development?: string;
  readonly tests?: string;
}

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
  url(target: WorkbenchTarget): string;
}

export const vscodeVersion: string;
export const repository: string;
export function installServer(): string;
export function startServer(options: ServerOptions): Promise<RunningServer>;
export function installExtension(vsix: string, data: string): string;
