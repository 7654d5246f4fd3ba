import type { Page } from "../../analyzer/protocol/wire";

/** Brings one page of the children of a row; `path` leads from the top to the parent, empty for the top itself. */
export type FetchPage<Row> = (
  path: readonly Row[],
  start: number,
  count: number,
  signal: AbortSignal,
) => Promise<Page<Row>>;

/** The children of one expanded row (or the top rows). Rows arrive in pages; most are never loaded. */
export interface Branch<Row> {
  /** undefined for the top. */
  readonly parent: Branch<Row> | undefined;
  /** Index of the expanded row within the parent branch; 0 for the top. */
  readonly index: number;
  readonly row: Row | undefined;
  /** 1 for the top rows. */
  readonly level: number;
  readonly pages: Map<number, readonly Row[]>;
  readonly loading: Map<number, AbortController>;
  /** Expanded children, ascending by `index`. */
  readonly expanded: Branch<Row>[];
  /** How many children there are; undefined until the first page came. */
  total: number | undefined;
  /** Rows this branch takes on the screen with everything expanded below. */
  visible: number;
  failure: unknown;
}

/** One line of the flattened tree. */
export interface TreeLine<Row> {
  readonly branch: Branch<Row>;
  readonly index: number;
  /** undefined while its page is on the way, or when it failed (see `branch.failure`). */
  readonly row: Row | undefined;
  readonly expanded: boolean;
}

const pageSize = 100;

/**
 * A tree of lazily loaded pages, seen as a list of lines. Its cost depends on what is expanded and looked at,
 * never on how many children a row has.
 */
export class TreeRows<Row> {
  readonly top: Branch<Row> = newBranch<Row>(undefined, 0, undefined);
  private disposed = false;

  constructor(
    private readonly fetch: FetchPage<Row>,
    private readonly changed: () => void,
  ) {}

  get length(): number {
    return this.top.visible;
  }

  /** The line at a position from 0 to `length - 1`. */
  lineAt(position: number): TreeLine<Row> {
    let branch = this.top;
    let rest = position;
    for (;;) {
      let before = 0;
      let inside: Branch<Row> | undefined;
      for (const child of branch.expanded) {
        const at = child.index + before;
        if (rest <= at) break;
        if (rest <= at + child.visible) {
          inside = child;
          rest -= at + 1;
          break;
        }
        before += child.visible;
      }
      if (inside === undefined) return lineOf(branch, rest - before);
      branch = inside;
    }
  }

  /** Where a row of a branch stands in the list. */
  positionOf(branch: Branch<Row>, index: number): number {
    let position = 0;
    let current: Branch<Row> | undefined = branch;
    let at = index;
    while (current !== undefined) {
      position += at;
      for (const child of current.expanded) if (child.index < at) position += child.visible;
      at = current.index;
      current = current.parent;
      if (current !== undefined) position += 1;
    }
    return position;
  }

  /** Position of the row a line hangs under, undefined for top rows. */
  parentPosition(line: TreeLine<Row>): number | undefined {
    const { parent, index } = line.branch;
    return parent === undefined ? undefined : this.positionOf(parent, index);
  }

  /** Loads whatever is missing among these lines. `end` is exclusive. */
  want(start: number, end: number): void {
    // A failed branch waits for `retry`: asking again with every redraw would never end.
    if (this.top.total === undefined && this.top.failure === undefined) void this.load(this.top, 0);
    for (let position = start; position < Math.min(end, this.length); position++) {
      const line = this.lineAt(position);
      if (line.row === undefined && line.branch.failure === undefined) {
        void this.load(line.branch, Math.floor(line.index / pageSize));
      }
    }
  }

  /** Shows the children of a line; resolves when the first page of them is there. */
  async expand(line: TreeLine<Row>): Promise<Branch<Row> | undefined> {
    if (line.row === undefined) return undefined;
    const there = line.branch.expanded.find((child) => child.index === line.index);
    if (there !== undefined) return there;
    const child = newBranch(line.branch, line.index, line.row);
    const before = line.branch.expanded.filter((other) => other.index < line.index).length;
    line.branch.expanded.splice(before, 0, child);
    grow(line.branch, child.visible);
    this.changed();
    await this.load(child, 0);
    return child;
  }

  collapse(line: TreeLine<Row>): void {
    const at = line.branch.expanded.findIndex((child) => child.index === line.index);
    if (at < 0) return;
    const [child] = line.branch.expanded.splice(at, 1);
    abandon(child!);
    grow(line.branch, -child!.visible);
    this.changed();
  }

  /** Expands down a path of indices and gives the position of its end, or of the last row that is still there. */
  async reveal(indices: readonly number[]): Promise<number | undefined> {
    let branch = this.top;
    let position: number | undefined;
    for (const [depth, index] of indices.entries()) {
      await this.load(branch, Math.floor(index / pageSize));
      if (branch.total === undefined || index >= branch.total) return position;
      if (depth === indices.length - 1) return this.positionOf(branch, index);
      const child = await this.expand(lineOf(branch, index));
      if (child === undefined) return this.positionOf(branch, index);
      position = this.positionOf(branch, index);
      branch = child;
    }
    return position;
  }

  /** Everything expanded, outermost first, as rows. */
  expandedRows(): Row[] {
    const rows: Row[] = [];
    const stack = [...this.top.expanded].reverse();
    for (let branch = stack.pop(); branch !== undefined; branch = stack.pop()) {
      if (branch.row !== undefined) rows.push(branch.row);
      for (const child of [...branch.expanded].reverse()) stack.push(child);
    }
    return rows;
  }

  /** Tries the failed branch again. */
  retry(branch: Branch<Row>): void {
    branch.failure = undefined;
    this.changed();
    void this.load(branch, 0);
  }

  /** Gives up everything on the way. */
  dispose(): void {
    this.disposed = true;
    abandon(this.top);
  }

  private readonly arrivals = new Map<AbortController, Promise<void>>();

  private load(branch: Branch<Row>, page: number): Promise<void> {
    if (this.disposed || branch.pages.has(page)) return Promise.resolve();
    const underway = branch.loading.get(page);
    if (underway !== undefined) return this.arrivals.get(underway) ?? Promise.resolve();
    const controller = new AbortController();
    branch.loading.set(page, controller);
    const arrival = this.bring(branch, page, controller);
    this.arrivals.set(controller, arrival);
    return arrival;
  }

  private async bring(branch: Branch<Row>, page: number, controller: AbortController): Promise<void> {
    try {
      const answer = await this.fetch(pathOf(branch), page * pageSize, pageSize, controller.signal);
      if (controller.signal.aborted) return;
      branch.pages.set(page, answer.rows);
      const visibleBefore = branch.total ?? 1;
      branch.total = answer.total;
      const change = answer.total - visibleBefore;
      branch.visible += change;
      if (branch.parent !== undefined) grow(branch.parent, change);
    } catch (thrown) {
      if (controller.signal.aborted) return;
      branch.failure = thrown;
    } finally {
      branch.loading.delete(page);
      this.arrivals.delete(controller);
      if (!controller.signal.aborted) this.changed();
    }
  }
}

/** Rows from the top down to a branch. */
export function pathOf<Row>(branch: Branch<Row>): Row[] {
  const path: Row[] = [];
  for (let current: Branch<Row> | undefined = branch; current !== undefined; current = current.parent) {
    if (current.row !== undefined) path.unshift(current.row);
  }
  return path;
}

function newBranch<Row>(parent: Branch<Row> | undefined, index: number, row: Row | undefined): Branch<Row> {
  return {
    parent,
    index,
    row,
    level: parent === undefined ? 1 : parent.level + 1,
    pages: new Map(),
    loading: new Map(),
    expanded: [],
    total: undefined,
    // One line that says "loading" until the first page tells how many there are.
    visible: 1,
    failure: undefined,
  };
}

function lineOf<Row>(branch: Branch<Row>, index: number): TreeLine<Row> {
  const row = branch.pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  const expanded = branch.expanded.some((child) => child.index === index);
  return { branch, index, row, expanded };
}

function grow<Row>(branch: Branch<Row>, by: number): void {
  for (let current: Branch<Row> | undefined = branch; current !== undefined; current = current.parent) {
    current.visible += by;
  }
}

function abandon<Row>(branch: Branch<Row>): void {
  const stack = [branch];
  for (let current = stack.pop(); current !== undefined; current = stack.pop()) {
    for (const controller of current.loading.values()) controller.abort();
    for (const child of current.expanded) stack.push(child);
  }
}
