export interface WorkbenchOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly trust?: boolean;
  /** Modal dialogs are shown; VS Code refuses them in tests by default. */
  readonly dialogs?: boolean;
  /** Where this user's VS Code keeps its things; a fresh folder by default. */
  readonly data?: string;
  /** false: the extension comes from `data`, where a test installed it. */
  readonly fromSources?: boolean;
  /** Files of the workspace that are there before it is opened, by their paths in it. */
  readonly files?: Readonly<Record<string, string>>;
  /** Added to the environment of VS Code. */
  readonly environment?: Readonly<Record<string, string>>;
}
