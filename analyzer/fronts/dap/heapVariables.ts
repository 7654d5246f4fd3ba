import type { DebugProtocol } from "@vscode/debugprotocol";
import { BoundedHandles } from "../../base/boundedHandles";
import { formatBytes } from "../../base/figures";
import type { DebugField, DebugThread, DebugValue } from "../../protocol/heap/debugging";
import type { ObjectId } from "../../protocol/heap/objects";
import type { DebugArguments } from "./debugCalls";
import type { HeapView } from "./heapView";
import { escapedKey } from "./objectPath";

/** What can be expanded in the Variables view. */
type Node =
  | { readonly kind: "object"; readonly object: ObjectId; readonly expression: string }
  /** The fields of a collection, below its entries. */
  | { readonly kind: "fields"; readonly object: ObjectId; readonly expression: string }
  /** The static fields of a class, without what the JVM itself keeps there. */
  | { readonly kind: "statics"; readonly object: ObjectId; readonly expression: string }
  | {
      readonly kind: "elements" | "entries";
      readonly object: ObjectId;
      readonly expression: string;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: "values"; readonly rows: readonly NamedValue[] }
  | { readonly kind: "locals"; readonly thread: DebugThread; readonly frame: number };

export interface NamedValue {
  readonly name: string;
  readonly value: DebugValue;
}

/** VS Code's own addition to the protocol: which commands a variable's menu has. */
const menuOfObjects = { __vscodeVariableMenuContext: "heapObject" };

/** What can be followed by a dot. */
const identifier = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** Rows below one node; longer lists become ranges that open into parts. */
const rowsPerNode = 100;

/** Objects of the dump as expandable variables: paged, so that an array of a hundred million opens at once. */
export class HeapVariables {
  private readonly nodes = new BoundedHandles<Node>();

  constructor(
    private readonly view: HeapView,
    private readonly showRetained: boolean,
  ) {}

  scopeOfLocals(thread: DebugThread, frame: number): number {
    return this.nodes.add({ kind: "locals", thread, frame });
  }

  scopeOfObject(object: ObjectId): number {
    return this.nodes.add({ kind: "fields", object, expression: object });
  }

  /** undefined when the class has no static fields of its own. */
  async scopeOfStatics(
    className: string,
    classObject: ObjectId,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const { fields } = await this.view.inspect(classObject, signal);
    if (!fields.some(isDeclared)) return undefined;
    return this.nodes.add({ kind: "statics", object: classObject, expression: className });
  }

  scopeOfValues(rows: readonly NamedValue[]): number {
    return this.nodes.add({ kind: "values", rows });
  }

  /**
   * The shown value with a handle to expand it.
   * @param expression leads to the value wherever it is evaluated; the object's id by default
   */
  variable(name: string, value: DebugValue, expression = value.objectId): DebugProtocol.Variable {
    const { type, text, objectId, retainedBytes } = value;
    const retained =
      this.showRetained && retainedBytes !== undefined ? ` · retains ${formatBytes(retainedBytes)}` : "";
    const variablesReference =
      objectId === undefined
        ? 0
        : this.nodes.add({ kind: "object", object: objectId, expression: expression ?? objectId });
    return {
      name,
      value: text + retained,
      type,
      variablesReference,
      presentationHint: { attributes: ["readOnly"] },
      ...(objectId === undefined ? {} : { memoryReference: objectId, ...menuOfObjects }),
      ...(expression === undefined ? {} : { evaluateName: expression }),
    };
  }

  async children(
    { variablesReference, start = 0, count }: DebugArguments<"variables">,
    signal: AbortSignal,
  ): Promise<DebugProtocol.Variable[]> {
    const node = this.nodes.get(variablesReference);
    // Forgotten, because many thousand others were shown since: the client shows nothing below it.
    if (node === undefined) return [];
    const rows = await this.rowsOf(node, signal);
    return count === undefined || count === 0 ? rows : rows.slice(start, start + count);
  }

  private async rowsOf(node: Node, signal: AbortSignal): Promise<DebugProtocol.Variable[]> {
    switch (node.kind) {
      case "object":
        return this.objectRows(node.object, node.expression, signal);
      case "fields":
        return this.fieldRows((await this.view.inspect(node.object, signal)).fields, node.expression);
      case "statics": {
        const { fields } = await this.view.inspect(node.object, signal);
        return this.fieldRows(fields.filter(isDeclared), node.expression);
      }
      case "values":
        return node.rows.map(({ name, value }) => this.variable(name, value));
      case "locals": {
        const locals = await namedLocals(this.view, node.thread, node.frame, signal);
        return locals.map(({ name, value }) => this.variable(name, value, name));
      }
      case "elements":
      case "entries":
        return this.listRows(node, signal);
    }
  }

  private async objectRows(
    object: ObjectId,
    expression: string,
    signal: AbortSignal,
  ): Promise<DebugProtocol.Variable[]> {
    const shown = await this.view.inspect(object, signal);
    const list = { object, expression, start: 0 };
    if (shown.length !== undefined) {
      return this.listRows({ ...list, kind: "elements", end: shown.length }, signal);
    }
    if (shown.entries === undefined) return this.fieldRows(shown.fields, expression);
    const entries = await this.listRows({ ...list, kind: "entries", end: shown.entries }, signal);
    const raw = this.nodes.add({ kind: "fields", object, expression });
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

  private fieldRows(fields: readonly DebugField[], of: string): DebugProtocol.Variable[] {
    const seen = new Set<string>();
    return fields.map((field) => {
      // A subclass may declare a field of the same name: the inherited one says whose it is.
      const isHidden = seen.has(field.name);
      const name = isHidden ? `${field.name} (${field.declaredBy})` : field.name;
      seen.add(field.name);
      const canBeNamed = !isHidden && identifier.test(field.name);
      return this.variable(name, field, canBeNamed ? `${of}.${field.name}` : field.objectId);
    });
  }

  private async listRows(
    node: Extract<Node, { kind: "elements" | "entries" }>,
    signal: AbortSignal,
  ): Promise<DebugProtocol.Variable[]> {
    const { kind, object, expression, start, end } = node;
    const count = end - start;
    if (count > rowsPerNode) return this.ranges(node);
    if (kind === "elements") {
      const values = await this.view.elements(object, start, count, signal);
      return values.map((value, offset) => {
        const subscript = `[${start + offset}]`;
        return this.variable(subscript, value, expression + subscript);
      });
    }
    const entries = await this.view.entries(object, start, count, signal);
    return entries.map(({ key, value }, offset) => {
      const position = `[${start + offset}]`;
      if (key === undefined) return this.variable(position, value, expression + position);
      if (key.objectId === undefined || isPlain(key)) {
        const subscript = subscriptOf(key);
        return this.variable(
          `[${key.text}]`,
          value,
          subscript === undefined ? value.objectId : expression + subscript,
        );
      }
      const rows = [
        { name: "key", value: key },
        { name: "value", value },
      ];
      const variablesReference = this.nodes.add({ kind: "values", rows });
      return { name: position, value: `${key.text} → ${value.text}`, variablesReference };
    });
  }

  /** At most a hundred ranges of a power of a hundred rows each. */
  private ranges({
    kind,
    object,
    expression,
    start,
    end,
  }: Extract<Node, { kind: "elements" | "entries" }>): DebugProtocol.Variable[] {
    let step = rowsPerNode;
    while ((end - start) / step > rowsPerNode) step *= rowsPerNode;
    const rows: DebugProtocol.Variable[] = [];
    for (let from = start; from < end; from += step) {
      const to = Math.min(end, from + step);
      const variablesReference = this.nodes.add({ kind, object, expression, start: from, end: to });
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

/** `<resolved_references>` and the like are HotSpot's own; the inspector shows them. */
function isDeclared({ name }: DebugField): boolean {
  return !name.startsWith("<");
}

/** How a key is written in an expression; undefined when its text was cut short. */
function subscriptOf({ text }: DebugValue): string | undefined {
  if (/^-?\d+$/.test(text)) return `[${text}]`;
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  if (quoted === null || quoted[2]!.endsWith("…")) return undefined;
  return `["${escapedKey(quoted[2]!)}"]`;
}

/** Strings, numbers and enums tell everything in one line. */
function isPlain({ text, type }: DebugValue): boolean {
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
  thread: DebugThread,
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
  value: DebugValue,
  className: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (className === undefined || value.objectId === undefined) return false;
  if (value.type === className) return true;
  const { fields } = await view.inspect(value.objectId, signal);
  return fields.some((field) => !field.static && field.declaredBy === className);
}
