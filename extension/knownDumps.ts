import { existsSync } from "node:fs";
import { type Disposable, EventEmitter, type Memento } from "vscode";
import type { DumpKind } from "../analyzer/protocol/dump/open";

/** A dump somebody opened, as remembered between windows. Never contents: names, sizes and times. */
export interface KnownDump {
  readonly path: string;
  readonly kind: DumpKind;
  readonly format: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly openedMs: number;
  /** Share of the heap that the top suspect keeps, 0 to 1, once it was computed. */
  readonly suspectShare?: number;
  /** Field that holds that suspect, else its class. */
  readonly suspect?: string;
}

const key = "exhume.knownDumps";
const mostKnown = 100;
const dayMs = 86_400_000;

/** Remembers opened dumps, newest first. */
export class KnownDumps implements Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onChanged = this.changed.event;

  constructor(private readonly memory: Memento) {}

  /** Those that still exist. */
  list(): readonly KnownDump[] {
    return this.memory.get<readonly KnownDump[]>(key, []).filter(({ path }) => existsSync(path));
  }

  find(path: string): KnownDump | undefined {
    return this.list().find((dump) => dump.path === path);
  }

  async remember(dump: KnownDump): Promise<void> {
    const old = this.find(dump.path);
    const others = this.list().filter(({ path }) => path !== dump.path);
    const kept = old !== undefined && old.modifiedMs === dump.modifiedMs ? { ...old, ...dump } : dump;
    await this.memory.update(key, [kept, ...others].slice(0, mostKnown));
    this.changed.fire();
  }

  async forget(path: string): Promise<void> {
    await this.memory.update(
      key,
      this.list().filter((dump) => dump.path !== path),
    );
    this.changed.fire();
  }

  /** Forgets dumps that were not opened for so many days; 0 forgets none. */
  async forgetUnused(days: number, nowMs = Date.now()): Promise<void> {
    if (days <= 0) return;
    const kept = this.list().filter(({ openedMs }) => nowMs - openedMs <= days * dayMs);
    await this.memory.update(key, kept);
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}
