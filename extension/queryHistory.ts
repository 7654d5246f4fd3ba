import type { Memento } from "vscode";

/** A query that was run, with what it was asked of last. */
interface AskedQuery {
  readonly text: string;
  /** Path of the dump. */
  readonly dump: string;
  readonly askedMs: number;
}

const key = "exhume.queries";
const mostKept = 100;
const dayMs = 86_400_000;

/** Queries that were run in this workspace, newest first. Those of encrypted dumps are not noted by whoever asks. */
export class QueryHistory {
  constructor(private readonly memory: Memento) {}

  /** @param days queries that were not run for so many are forgotten; 0 forgets none */
  list(days: number, nowMs = Date.now()): readonly string[] {
    return this.all()
      .filter(({ askedMs }) => days <= 0 || nowMs - askedMs <= days * dayMs)
      .map(({ text }) => text);
  }

  async note(text: string, dump: string, askedMs = Date.now()): Promise<void> {
    const others = this.all().filter((query) => query.text !== text);
    await this.memory.update(key, [{ text, dump, askedMs }, ...others].slice(0, mostKept));
  }

  /** A query may name what only the dump says. */
  async forget(dump: string): Promise<void> {
    await this.memory.update(
      key,
      this.all().filter((query) => query.dump !== dump),
    );
  }

  async clear(): Promise<void> {
    await this.memory.update(key, undefined);
  }

  private all(): readonly AskedQuery[] {
    return this.memory.get<readonly AskedQuery[]>(key, []);
  }
}
