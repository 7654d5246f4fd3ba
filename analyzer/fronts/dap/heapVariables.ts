import { Handles } from "@vscode/debugadapter";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { formatBytes } from "../../base/figures";
import type { ObjectId } from "../../protocol/heapRequests";
import type { ShownField, ShownThread, ShownValue } from "../../protocol/shownRequests";
import type { HeapView } from "./heapView";

/** What can be expanded in the Variables view. */
type Node =
  | { readonly kind: "object"; readonly object: ObjectId }
  /** The fields of a collection, below its entries. */
  | { readonly kind: "fields"; readonly object: ObjectId }
  | {
      readonly kind: "elements" | "entries";
      readonly object: ObjectId;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: "values"; readonly rows: readonly NamedValue[] }
  | { readonly kind: "locals"; readonly thread: ShownThread; readonly frame: number };

export interface NamedValue {
  readonly name: string;
  readonly value: ShownValue;
}

/** Rows below one node; longer lists become ranges that open into parts. */
const rowsPerNode = 100;

/** Objects of the dump as expandable variables: paged, so that an array of a hundred million opens at once. */
export class HeapVariables {
  private readonly nodes = new Handles<Node>();

  constructor(
    private readonly view: HeapView,
    private readonly showRetained: boolean,
  ) {}

  scopeOfLocals(thread: ShownThread, frame: number): number {
    return this.nodes.create({ kind: "locals", thread, frame });
  }

  scopeOfObject(object: ObjectId): number {
    return this.nodes.create({ kind: "fields", object });
  }

  scopeOfValues(rows: readonly NamedValue[]): number {
    return this.nodes.create({ kind: "values", rows });
  }

  /** The shown value with a handle to expand it. */
  variable(name: string, value: ShownValue): DebugProtocol.Variable {
    const { type, text, objectId, retainedBytes } = value;
    const retained =
      this.showRetained && retainedBytes !== undefined ? ` · retains ${formatBytes(retainedBytes)}` : "";
    const variablesReference =
      objectId === undefined ? 0 : this.nodes.create({ kind: "object", object: objectId });
    const presentationHint: DebugProtocol.VariablePresentationHint = { attributes: ["readOnly"] };
    const reference = objectId === undefined ? {} : { memoryReference: objectId };
    return { name, value: text + retained, type, variablesReference, presentationHint, ...reference };
  }

  async children(reference: number, args: DebugProtocol.VariablesArguments, signal: AbortSignal) {
    const node = this.nodes.get(reference, undefined as unknown as Node) as Node | undefined;
    // Handles of an earlier stop: the client shows nothing below them.
    if (node === undefined) return [];
    const rows = await this.rowsOf(node, signal);
    const start = args.start ?? 0;
    return args.count === undefined || args.count === 0 ? rows : rows.slice(start, start + args.count);
  }

  private async rowsOf(node: Node, signal: AbortSignal): Promise<DebugProtocol.Variable[]> {
    switch (node.kind) {
      case "object":
        return this.objectRows(node.object, signal);
      case "fields":
        return this.fieldRows((await this.view.inspect(node.object, signal)).fields);
      case "values":
        return node.rows.map(({ name, value }) => this.variable(name, value));
      case "locals": {
        const locals = await namedLocals(this.view, node.thread, node.frame, signal);
        return locals.map(({ name, value }) => this.variable(name, value));
      }
      case "elements":
      case "entries":
        return this.listRows(node, signal);
    }
  }

  private async objectRows(object: ObjectId, signal: AbortSignal): Promise<DebugProtocol.Variable[]> {
    const shown = await this.view.inspect(object, signal);
    if (shown.length !== undefined) {
      return this.listRows({ kind: "elements", object, start: 0, end: shown.length }, signal);
    }
    if (shown.entries === undefined) return this.fieldRows(shown.fields);
    const entries = await this.listRows({ kind: "entries", object, start: 0, end: shown.entries }, signal);
    const raw = this.nodes.create({ kind: "fields", object });
    return [
      ...entries,
      {
        name: "[fields]",
        value: shown.className,
        variablesReference: raw,
        presentationHint: { kind: "virtual" },
      },
    ];
  }

  private fieldRows(fields: readonly ShownField[]): DebugProtocol.Variable[] {
    const seen = new Set<string>();
    return fields.map((field) => {
      // A subclass may declare a field of the same name: the inherited one says whose it is.
      const name = seen.has(field.name) ? `${field.name} (${field.declaredBy})` : field.name;
      seen.add(field.name);
      return this.variable(name, field);
    });
  }

  private async listRows(
    node: Extract<Node, { kind: "elements" | "entries" }>,
    signal: AbortSignal,
  ): Promise<DebugProtocol.Variable[]> {
    const { kind, object, start, end } = node;
    const count = end - start;
    if (count > rowsPerNode) return this.ranges(node);
    if (kind === "elements") {
      const values = await this.view.elements(object, start, count, signal);
      return values.map((value, offset) => this.variable(`[${start + offset}]`, value));
    }
    const entries = await this.view.entries(object, start, count, signal);
    return entries.map(({ key, value }, offset) => {
      if (key === undefined) return this.variable(`[${start + offset}]`, value);
      if (key.objectId === undefined || isPlain(key)) return this.variable(`[${key.text}]`, value);
      const rows = [
        { name: "key", value: key },
        { name: "value", value },
      ];
      const variablesReference = this.nodes.create({ kind: "values", rows });
      return { name: `[${start + offset}]`, value: `${key.text} → ${value.text}`, variablesReference };
    });
  }

  /** At most a hundred ranges of a power of a hundred rows each. */
  private ranges({
    kind,
    object,
    start,
    end,
  }: Extract<Node, { kind: "elements" | "entries" }>): DebugProtocol.Variable[] {
    let step = rowsPerNode;
    while ((end - start) / step > rowsPerNode) step *= rowsPerNode;
    const rows: DebugProtocol.Variable[] = [];
    for (let from = start; from < end; from += step) {
      const to = Math.min(end, from + step);
      const variablesReference = this.nodes.create({ kind, object, start: from, end: to });
      rows.push({
        name: `[${from} … ${to - 1}]`,
        value: "",
        variablesReference,
        presentationHint: { kind: "virtual" },
      });
    }
    return rows;
  }
}

/** Strings, numbers and enums tell everything in one line. */
function isPlain({ text, type }: ShownValue): boolean {
  return (
    /^".*"$|^'.*'$|^-?[\d.]+$/s.test(text) ||
    /^java\.lang\.(Integer|Long|Short|Byte|Character|Boolean)$/.test(type)
  );
}

/**
 * Locals of a frame with names to refer to them by. A heap dump has no names of variables; the first local is
 * `this` when it is an instance of the frame's class.
 */
export async function namedLocals(
  view: HeapView,
  thread: ShownThread,
  frame: number,
  signal: AbortSignal,
): Promise<NamedValue[]> {
  const values = await view.locals(thread, frame, signal);
  const className = thread.frames[frame]?.className;
  const first = values[0];
  const hasThis = first?.objectId !== undefined && (await isInstance(view, first, className, signal));
  return values.map((value, index) => ({
    name: hasThis && index === 0 ? "this" : `local${hasThis ? index - 1 : index}`,
    value,
  }));
}

async function isInstance(
  view: HeapView,
  value: ShownValue,
  className: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (className === undefined || value.objectId === undefined) return false;
  if (value.type === className) return true;
  const { fields } = await view.inspect(value.objectId, signal);
  return fields.some((field) => !field.static && field.declaredBy === className);
}
