import type { DebugProtocol } from "@vscode/debugprotocol";
import { ExhumeError } from "../../base/errors";
import { formatBytes } from "../../base/figures";
import type { LaunchArguments } from "../../protocol/debug/launch";
import type { DebugThread, StackFrameRow } from "../../protocol/heap/debugging";
import type { CompletionRow } from "../../protocol/heap/query";
import type { DumpSession } from "../../session/dumpSession";
import type { DebugAnswers, DebugArguments } from "./debugCalls";
import type { DebugServices } from "./dumpDebugAdapter";
import { completePath, type PathCompletion } from "./heapCompletions";
import { evaluatePath } from "./heapEvaluator";
import type { EvaluationScope } from "./heapNames";
import { HeapVariables, namedLocals } from "./heapVariables";
import { type HeapView, heapViewOf } from "./heapView";
import { JavaSources } from "./javaSources";
import { dumpPathOf } from "./launchArguments";
import { openReporting } from "./openDump";
import { type Opening, ReadOnlyDebugSession, type Stop } from "./readOnlyDebugSession";

/** Thread and frame numbers share one integer on the wire. */
const framesPerThread = 100_000;
const mostQueryRows = 500;

/**
 * A heap dump as a debug session: the threads at the moment of the dump, their frames with sources, what the frames'
 * locals hold, every object expandable. The thread that ran out of memory is selected first.
 */
export class HeapDebugSession extends ReadOnlyDebugSession {
  protected readonly capabilities: DebugProtocol.Capabilities = {
    supportsEvaluateForHovers: true,
    supportsExceptionInfoRequest: true,
    supportsDelayedStackTraceLoading: true,
    supportsClipboardContext: true,
    supportsCompletionsRequest: true,
    completionTriggerCharacters: [".", "[", "@"],
  };
  private session: DumpSession | undefined;
  private view: HeapView | undefined;
  private variables: HeapVariables | undefined;
  private threads: readonly DebugThread[] = [];
  private sourceRoots: readonly string[] | undefined;
  private readonly javaSources: JavaSources;

  constructor(private readonly services: DebugServices) {
    super(services.log);
    this.javaSources = new JavaSources(services.sources);
  }

  protected override async open(args: LaunchArguments, opening: Opening): Promise<Stop> {
    const { signal } = opening;
    const path = dumpPathOf(args);
    const session = await openReporting(this.services, path, opening, (opened) => {
      this.session = opened;
    });
    this.sourceRoots = args.sourceRoots;
    this.view = heapViewOf(session);
    this.variables = new HeapVariables(this.view, args.showRetained !== false);
    this.threads = await this.view.threads(signal);
    return stopAt(this.threads);
  }

  protected override async close(): Promise<void> {
    if (this.session !== undefined) await this.services.store.close(this.session.id);
  }

  protected readonly answers: DebugAnswers = {
    threads: () => ({
      threads: this.threads.map((thread, index) => ({ id: index + 1, name: threadName(thread) })),
    }),
    stackTrace: (args) => this.stackTrace(args),
    scopes: ({ frameId }, signal) => this.scopes(frameId, signal),
    variables: async (args, signal) => ({
      variables: await this.heapVariables.children(args, signal),
    }),
    evaluate: (args, signal) => this.evaluate(args, signal),
    completions: (args, signal) => this.complete(args, signal),
    source: ({ source, sourceReference }) =>
      this.javaSources.textOf(source?.sourceReference ?? sourceReference),
    exceptionInfo: ({ threadId }) => {
      const thread = this.threadOf(threadId);
      if (!thread.outOfMemory)
        throw new ExhumeError({ code: "notFound", what: `an exception of ${thread.name}` });
      return {
        exceptionId: "java.lang.OutOfMemoryError",
        breakMode: "always",
        description: `${thread.name} ran out of memory${thread.retainedBytes === undefined ? "" : `; it retains ${formatBytes(thread.retainedBytes)}`}.`,
      };
    },
  };

  private get heapVariables(): HeapVariables {
    return this.variables!;
  }

  private threadOf(threadId: number): DebugThread {
    const thread = this.threads[threadId - 1];
    if (thread === undefined) throw new ExhumeError({ code: "notFound", what: `thread ${threadId}` });
    return thread;
  }

  private frameOf(frameId: number): { readonly thread: DebugThread; readonly frame: number } {
    const thread = this.threadOf(Math.floor(frameId / framesPerThread));
    return { thread, frame: frameId % framesPerThread };
  }

  private async stackTrace({ threadId, startFrame = 0, levels }: DebugArguments<"stackTrace">) {
    const { frames } = this.threadOf(threadId);
    const wanted = frames.slice(
      startFrame,
      levels === undefined || levels === 0 ? undefined : startFrame + levels,
    );
    const stackFrames = await Promise.all(
      wanted.map((frame, index) => this.stackFrame(frame, threadId * framesPerThread + startFrame + index)),
    );
    return { stackFrames, totalFrames: frames.length };
  }

  private async stackFrame(frame: StackFrameRow, id: number): Promise<DebugProtocol.StackFrame> {
    const { className, method } = frame;
    const name = `${className.slice(className.lastIndexOf(".") + 1)}.${method}`;
    const place = await this.javaSources.placeOf({
      ...frame,
      ...(this.sourceRoots === undefined ? {} : { roots: this.sourceRoots }),
    });
    const { source, isFound, line, column } = place;
    return { id, name, source, line, column, ...(!isFound && { presentationHint: "subtle" }) };
  }

  private async scopes(frameId: number, signal: AbortSignal) {
    const { thread, frame } = this.frameOf(frameId);
    const { className } = thread.frames[frame]!;
    const variables = this.heapVariables;
    const scopes: DebugProtocol.Scope[] = [
      {
        name: "Locals (references)",
        presentationHint: "locals",
        variablesReference: variables.scopeOfLocals(thread, frame),
        expensive: false,
      },
    ];
    const classObject = await this.view!.classObjectOrUndefined(className, signal);
    const statics =
      classObject === undefined ? undefined : await variables.scopeOfStatics(className, classObject, signal);
    if (statics !== undefined) {
      const name = `Statics of ${className.slice(className.lastIndexOf(".") + 1)}`;
      scopes.push({ name, variablesReference: statics, expensive: false });
    }
    const threadLocals = await this.threadLocals(thread, signal);
    if (threadLocals !== undefined) {
      scopes.push({ name: "Thread-locals", variablesReference: threadLocals, expensive: false });
    }
    scopes.push({
      name: "Thread",
      variablesReference: variables.scopeOfObject(thread.objectId),
      expensive: true,
    });
    return { scopes };
  }

  /** Entries of `Thread.threadLocals.table`: each has a `value`, and its referent is the ThreadLocal. */
  private async threadLocals(thread: DebugThread, signal: AbortSignal): Promise<number | undefined> {
    const view = this.view!;
    const map = (await view.inspect(thread.objectId, signal)).fields.find(
      ({ name }) => name === "threadLocals",
    );
    if (map?.objectId === undefined) return undefined;
    const table = (await view.inspect(map.objectId, signal)).fields.find(({ name }) => name === "table");
    if (table?.objectId === undefined) return undefined;
    const { length = 0 } = await view.inspect(table.objectId, signal);
    const slots = await view.elements(table.objectId, 0, Math.min(length, 4096), signal);
    const rows = [];
    for (const { objectId } of slots) {
      if (objectId === undefined) continue;
      const { fields } = await view.inspect(objectId, signal);
      const value = fields.find(({ name }) => name === "value");
      const key = fields.find(({ name }) => name === "referent");
      if (value === undefined) continue;
      const name = key?.objectId === undefined ? "(stale)" : `${key.type} ${key.objectId}`;
      rows.push({ name, value });
    }
    return rows.length === 0 ? undefined : this.heapVariables.scopeOfValues(rows);
  }

  private async evaluate(args: DebugArguments<"evaluate">, signal: AbortSignal) {
    const view = this.view!;
    const text = args.expression.trim();
    if (isQuery(text)) return this.query(text, signal);
    const value = await evaluatePath(view, text, await this.scopeOf(args, signal), signal);
    const { value: result, name: _, ...shown } = this.heapVariables.variable("", value);
    if (args.context !== "clipboard") return { ...shown, result };
    // What is copied is the value itself, as long as it is.
    const whole =
      value.objectId === undefined ? undefined : await view.textOrUndefined(value.objectId, signal);
    return { ...shown, result: whole ?? value.text };
  }

  /** The names an expression may use where it is evaluated: those of the frame, and of the file it stands in. */
  private async scopeOf(
    { frameId, source }: { readonly frameId?: number; readonly source?: DebugProtocol.Source },
    signal: AbortSignal,
  ): Promise<EvaluationScope> {
    const place = frameId === undefined ? undefined : this.frameOf(frameId);
    const locals =
      place === undefined ? [] : await namedLocals(this.view!, place.thread, place.frame, signal);
    const className = place?.thread.frames[place.frame]?.className;
    return {
      locals: new Map(locals.map(({ name, value }) => [name, value])),
      ...(className === undefined ? {} : { className }),
      nearClasses: await this.classesIn(source),
    };
  }

  /** What a source file declares, when a name in it is hovered. */
  private async classesIn(source: DebugProtocol.Source | undefined): Promise<readonly string[]> {
    const path = source?.path;
    if (path === undefined || (source?.sourceReference ?? 0) > 0) return [];
    const { declared } = await this.services.sources.ask("source/declarations", { path });
    return declared.filter(({ kind }) => kind === "class").map(({ className }) => className);
  }

  private async complete(args: DebugArguments<"completions">, signal: AbortSignal) {
    // Lines and columns of the client begin at 1.
    const line = args.text.split("\n")[(args.line ?? 1) - 1] ?? args.text;
    const before = line.slice(0, args.column - 1);
    const { from, items } = isQuery(line)
      ? await this.view!.completeQuery(line, before.length, signal)
      : await completePath(this.view!, before, await this.scopeOf(args, signal), signal);
    const length = before.length - from;
    const targets = items.map(({ text, kind, detail }, index) => ({
      label: text,
      detail,
      type: completionTypes[kind],
      // In our order, not by the alphabet.
      sortText: String(index).padStart(4, "0"),
      ...(length === 0 ? {} : { length }),
    }));
    return { targets };
  }

  private async query(text: string, signal: AbortSignal) {
    const { values, moreToCome } = await this.view!.query(text, mostQueryRows, signal);
    const shown = values.map((value, index) => ({ name: `[${index}]`, value }));
    const result = moreToCome ? `the first ${values.length} rows` : `${values.length} rows`;
    return { result, type: "query", variablesReference: this.heapVariables.scopeOfValues(shown) };
  }
}

function isQuery(text: string): boolean {
  return /^\s*select\s/i.test(text);
}

const completionTypes = {
  class: "class",
  field: "field",
  attribute: "property",
  function: "function",
  keyword: "keyword",
  local: "variable",
  key: "value",
} as const satisfies Record<PathCompletion["kind"] | CompletionRow["kind"], DebugProtocol.CompletionItemType>;

function threadName({ name, state, retainedBytes }: DebugThread): string {
  const size = retainedBytes === undefined ? "" : ` · ${formatBytes(retainedBytes)}`;
  return `${name === "" ? "(unnamed)" : name} · ${state}${size}`;
}

function stopAt(threads: readonly DebugThread[]): Stop {
  const outOfMemory = threads.findIndex((thread) => thread.outOfMemory);
  if (outOfMemory >= 0) {
    const description = "java.lang.OutOfMemoryError";
    return { threadId: outOfMemory + 1, reason: "exception", description, text: description };
  }
  const first = threads.findIndex((thread) => thread.frames.length > 0);
  const threadId = first >= 0 ? first + 1 : threads.length > 0 ? 1 : undefined;
  return { threadId, reason: "pause", description: "Heap dump" };
}
