import type { Call } from "./wire";

/** A place in a file of the workspace; lines and columns from 1. */
export interface SourceLocation {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** Why this place: `package path`, `declaration`, `file name only`. */
  readonly match: string;
}

export interface SourceAnswer {
  /** Best first; several when the workspace has several candidates. */
  readonly locations: readonly SourceLocation[];
  /** Folders and rules that were tried, for the message when nothing matched. */
  readonly searched: readonly string[];
}

/** From a name in a dump to a line in the workspace. */
export interface SourceRequests {
  "source/class": Call<{ readonly className: string }, SourceAnswer>;
  "source/field": Call<{ readonly className: string; readonly field: string }, SourceAnswer>;
  "source/frame": Call<
    { readonly className: string; readonly method: string; readonly file?: string; readonly line?: number },
    SourceAnswer
  >;
}
