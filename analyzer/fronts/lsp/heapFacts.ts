import { basename } from "node:path";
import type { DebugThread } from "../../protocol/heap/debugging";
import type { DominatorRow } from "../../protocol/heap/dominators";
import type { HistogramRow } from "../../protocol/heap/histogram";
import type { SuspectRow } from "../../protocol/heap/suspects";
import type { DumpSession } from "../../session/dumpSession";

/** Rows of the histogram asked for at once: classes of one file share a beginning of their names. */
const classesAtOnce = 500;
/** Objects looked through on the way to what one keeps: a set is a map is a table. */
const deepestPassedThrough = 6;

/** What one open heap dump says about the program's declarations. Suspects and threads are asked for once. */
export class HeapFacts {
  private constructor(
    private readonly session: DumpSession,
    readonly suspects: readonly SuspectRow[],
    private readonly threads: readonly DebugThread[],
  ) {}

  /** @throws ExhumeError when the dump is closed meanwhile */
  static async of(session: DumpSession, signal: AbortSignal): Promise<HeapFacts> {
    const { suspects } = await session.ask("heap/suspects", {}, signal);
    const { threads } = await session.ask("heapDebug/threads", {}, signal);
    return new HeapFacts(session, suspects, threads);
  }

  get path(): string {
    return this.session.path;
  }

  /** What messages call the dump. */
  get name(): string {
    return basename(this.session.path);
  }

  /** Figures of a class and of the classes inside it, by name. */
  async classesBelow(className: string, signal: AbortSignal): Promise<ReadonlyMap<string, HistogramRow>> {
    const sort = { column: "retainedBytes", descending: true } as const;
    const query = { start: 0, count: classesAtOnce, sort, filter: className };
    const { rows } = await this.session.ask("heap/histogram", query, signal);
    const byName = new Map<string, HistogramRow>();
    for (const row of rows) {
      const isBelow = row.className === className || row.className.startsWith(`${className}$`);
      // Two loaders' classes of one name: the one that retains more comes first and is the one to tell of.
      if (isBelow && !byName.has(row.className)) byName.set(row.className, row);
    }
    return byName;
  }

  /** Classes with a part of a name, biggest first. */
  async classesNamed(part: string, count: number, signal: AbortSignal): Promise<readonly HistogramRow[]> {
    const sort = { column: "retainedBytes", descending: true } as const;
    return (await this.session.ask("heap/histogram", { start: 0, count, sort, filter: part }, signal)).rows;
  }

  suspectsOfField(className: string, field: string): readonly SuspectRow[] {
    return this.suspects.filter(
      (suspect) => suspect.field?.className === className && suspect.field.name === field,
    );
  }

  suspectsOfClass(className: string): readonly SuspectRow[] {
    return this.suspects.filter((suspect) => suspect.className === className);
  }

  /** Threads that have the method on their stack. */
  threadsIn(className: string, method: string): readonly DebugThread[] {
    return this.threads.filter(({ frames }) =>
      frames.some((frame) => frame.className === className && frame.method === method),
    );
  }

  /**
   * What an object keeps, by class, biggest first. Objects that only pass on what they keep, as the table of a map
   * does, are looked through.
   */
  async contentsOf(objectId: string, count: number, signal: AbortSignal): Promise<readonly DominatorRow[]> {
    const sort = { column: "retainedBytes", descending: true } as const;
    let parent = objectId;
    for (let depth = 0; depth < deepestPassedThrough; depth++) {
      const page = await this.session.ask("heap/dominators", { start: 0, count: 2, sort, parent }, signal);
      const [biggest] = page.rows;
      if (biggest === undefined || biggest.children === 0) break;
      const others = page.rows[1]?.retainedBytes ?? 0;
      if (page.total > 2 || others > biggest.retainedBytes / 10) break;
      parent = biggest.objectId;
    }
    const query = { start: 0, count, sort, parent, groupByClass: true };
    return (await this.session.ask("heap/dominators", query, signal)).rows;
  }
}
