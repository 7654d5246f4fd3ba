import type { DumpSession } from "../../session/dumpSession";
import type { Invocation } from "./command";

export interface AnalyzeRequest {
  readonly json: boolean;
  /** Rows of each list; undefined for the report's own choice. */
  readonly top: number | undefined;
}

/** Writes what `analyze` says of one kind of dump. @returns the exit code. */
export type Report = (
  session: DumpSession,
  request: AnalyzeRequest,
  invocation: Invocation,
) => Promise<number>;
