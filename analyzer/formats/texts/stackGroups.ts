/** Threads or goroutines that stand on the very same frames. */
export interface PrintedStackGroup {
  /** Innermost first, normalised: no argument values, no addresses, no lock ids. Empty for threads without frames. */
  readonly frames: readonly string[];
  readonly count: number;
  /** How often each state occurs, e.g. `WAITING`, `chan receive`; most frequent first. */
  readonly states: readonly { readonly state: string; readonly count: number }[];
  /** The names with digits replaced by `#`, most frequent first, capped; goroutines have none. */
  readonly namePatterns: readonly { readonly pattern: string; readonly count: number }[];
  /** A few members as the dump names them. */
  readonly samples: readonly string[];
  /** Who started them, where the dump says so (`created by main.main`). */
  readonly createdBy?: string;
  /** Longest wait a goroutine dump mentions, in minutes. */
  readonly longestWaitMinutes?: number;
}

export interface StackMember {
  readonly name: string;
  readonly state: string;
  readonly frames: readonly string[];
  readonly createdBy?: string;
  readonly waitMinutes?: number;
}

const mostGroups = 20_000;
const mostSamples = 10;
const mostPatterns = 50;

/** Groups members by identical frames while they are read, so a dump of a million threads needs little memory. */
export class StackGrouping {
  private readonly groups = new Map<string, Collected>();
  private readonly overflow = new Collected([], undefined);
  total = 0;

  add(member: StackMember): void {
    this.total++;
    const key = `${member.createdBy ?? ""}\n${member.frames.join("\n")}`;
    let group = this.groups.get(key);
    if (group === undefined) {
      if (this.groups.size >= mostGroups) group = this.overflow;
      else {
        group = new Collected([...member.frames], member.createdBy);
        this.groups.set(key, group);
      }
    }
    group.add(member);
  }

  /** How many members are in each state; of those without one `(none)`. */
  states(): Record<string, number> {
    const counts: [string, number][] = [];
    const all = new Map<string, number>();
    for (const group of [...this.groups.values(), this.overflow]) group.addStates(all);
    for (const [state, count] of all) counts.push([state === "" ? "(none)" : state, count]);
    // As own properties: a state is foreign text and may be called `__proto__`.
    return Object.fromEntries(counts);
  }

  /** Largest first. */
  toArray(): PrintedStackGroup[] {
    const groups = [...this.groups.values()];
    if (this.overflow.count > 0) groups.push(this.overflow);
    return groups.sort((a, b) => b.count - a.count).map((group) => group.toGroup());
  }
}

class Collected {
  count = 0;
  private longestWait: number | undefined;
  private readonly states = new Map<string, number>();
  private readonly patterns = new Map<string, number>();
  private readonly samples: string[] = [];

  constructor(
    readonly frames: readonly string[],
    readonly createdBy: string | undefined,
  ) {}

  add(member: StackMember): void {
    this.count++;
    this.states.set(member.state, (this.states.get(member.state) ?? 0) + 1);
    const pattern = member.name.replace(/\d+/g, "#");
    if (this.patterns.has(pattern) || this.patterns.size < mostPatterns)
      this.patterns.set(pattern, (this.patterns.get(pattern) ?? 0) + 1);
    if (this.samples.length < mostSamples) this.samples.push(member.name);
    if (member.waitMinutes !== undefined)
      this.longestWait = Math.max(this.longestWait ?? 0, member.waitMinutes);
  }

  addStates(all: Map<string, number>): void {
    for (const [state, count] of this.states) all.set(state, (all.get(state) ?? 0) + count);
  }

  toGroup(): PrintedStackGroup {
    const ordered = (counts: Map<string, number>) => [...counts].sort((a, b) => b[1] - a[1]);
    return {
      frames: this.frames,
      count: this.count,
      states: ordered(this.states).map(([state, count]) => ({ state, count })),
      namePatterns: ordered(this.patterns).map(([pattern, count]) => ({ pattern, count })),
      samples: this.samples,
      ...(this.createdBy === undefined ? {} : { createdBy: this.createdBy }),
      ...(this.longestWait === undefined ? {} : { longestWaitMinutes: this.longestWait }),
    };
  }
}
