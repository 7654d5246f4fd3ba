import type { Capability } from "../protocol/capabilities";
import type { DumpKind } from "../protocol/dump/open";
import type { EarlyAnswers, Room } from "./room";

export type AnyRoom = Room<unknown, unknown, unknown>;

/** Everything Exhume knows of one format of dump: how it is told, opened and asked. */
export interface DumpFormat {
  /** Names the format between threads and in tests. */
  readonly id: string;
  /** Which report and which overview it gets. */
  readonly kind: Exclude<DumpKind, "unknown">;
  /** With an article before it: `a Java heap dump`. */
  readonly title: string;
  /** Names such files usually have, as globs; content decides. */
  readonly fileNames: readonly string[];
  /** First bytes every such file has, one of them; empty when there are none, and then nobody searches for them. */
  readonly magics: readonly string[];
  /** Tells the format from the first 64 KiB, in words to show; undefined when it is another. */
  readonly recognise: (head: Uint8Array) => string | undefined;
  /** What its dumps have; its room answers the requests of these and no others. */
  readonly capabilities: readonly Capability[];
  /** Whether `exhume index` keeps an index of them. */
  readonly savesIndex: boolean;
  /** The code that opens and answers: loaded by the thread that needs it. */
  readonly loadRoom: () => Promise<AnyRoom>;
  /** Where its room tells something early. */
  readonly loadEarlyAnswers?: () => Promise<EarlyAnswers<never>>;
}
