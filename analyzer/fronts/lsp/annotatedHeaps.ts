import { faultOf } from "../../base/errors";
import type { DumpId } from "../../protocol/wire";
import { has } from "../../session/capabilities";
import type { SessionStore } from "../../session/sessionStore";
import { HeapFacts } from "./heapFacts";

interface Entry {
  readonly abort: AbortController;
  facts: HeapFacts | undefined;
}

/** The open heap dumps whose facts are known, kept up with what is opened and closed. */
export class AnnotatedHeaps {
  private readonly entries = new Map<DumpId, Entry>();

  constructor(
    private readonly store: SessionStore,
    /** Called when facts come or go. */
    private readonly onChanged: () => void,
    private readonly log: (message: string) => void,
  ) {}

  /** One of each file: two sessions that read it differently say the same of the sources. */
  get facts(): readonly HeapFacts[] {
    const byPath = new Map<string, HeapFacts>();
    for (const { facts } of this.entries.values()) {
      if (facts !== undefined && !byPath.has(facts.path)) byPath.set(facts.path, facts);
    }
    return [...byPath.values()];
  }

  /** A dump became ready: its facts are gathered in the dump's own threads. */
  async add(dump: DumpId): Promise<void> {
    const session = this.store.get(dump);
    // Only classes whose fields are named can be found in sources.
    if (!has(session.format, "fieldValues") || this.entries.has(dump)) return;
    const entry: Entry = { abort: new AbortController(), facts: undefined };
    this.entries.set(dump, entry);
    try {
      entry.facts = await HeapFacts.of(session, entry.abort.signal);
    } catch (error) {
      const fault = faultOf(error);
      // Closed before it was asked: nothing to say.
      if (fault.code !== "cancelled") this.log(`No annotations of ${session.path}: ${fault.code}`);
      this.entries.delete(dump);
      return;
    }
    if (this.entries.has(dump)) this.onChanged();
  }

  /** A dump was closed: everything it said is gone. */
  remove(dump: DumpId): void {
    const entry = this.entries.get(dump);
    if (entry === undefined) return;
    entry.abort.abort();
    this.entries.delete(dump);
    if (entry.facts !== undefined) this.onChanged();
  }
}
