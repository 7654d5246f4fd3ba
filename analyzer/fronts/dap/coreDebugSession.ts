import { basename } from "node:path";
import { OutputEvent } from "@vscode/debugadapter";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { ExhumeError } from "../../base/errors";
import { isOnAnotherMachine } from "../../base/otherMachines";
import { formatHex, parseHexOrUndefined } from "../../base/units";
import type { CoreModuleRow } from "../../protocol/core/modules";
import type { CoreSummary } from "../../protocol/core/process";
import type { CoreFrame, CoreThreadRow } from "../../protocol/core/stacks";
import type { CoreVariableRow } from "../../protocol/core/variables";
import { coreOptionsOf, type LaunchArguments } from "../../protocol/debug/launch";
import type { DumpSession } from "../../session/dumpSession";
import { frameMarks } from "../frameMarks";
import { frameScopeOf, scopesOfFrame } from "./coreScopes";
import { CrashSources } from "./crashSource";
import type { DebugAnswers, DebugArguments } from "./debugCalls";
import type { DebugServices } from "./dumpDebugAdapter";
import { JavaSources } from "./javaSources";
import { dumpPathOf, pathMapOf } from "./launchArguments";
import { lightThreadsOf } from "./lightThreads";
import { openReporting } from "./openDump";
import { type Opening, ReadOnlyDebugSession, type Stop } from "./readOnlyDebugSession";

/** Threads shown at most; more than a hundred thousand fit in no list. */
const mostThreads = 100_000;
/** Variables of one scope shown at once when the client does not page. */
const mostRows = 2000;
/** Frames of one answer; a client that wants more asks for the next ones. */
const mostStackFrames = 20_000;
/** One answer to a memory view. */
const mostMemoryBytes = 1 << 20;

/** In the words of launch configurations, which every client has. */
const howToProvide =
  'To provide what is not here: name the program ("program"), folders with files ("debugInfoPaths") or the unpacked image ' +
  'of the machine ("sysroot") in the launch configuration.';

interface FramePlace {
  readonly lwp: number;
  readonly frame: CoreFrame;
}

/** Frames of a thread that are looked through for one with a source. */
const framesSearched = 64;

type StandIn = Awaited<ReturnType<CrashSources["placeOf"]>>;

/** References below it are scopes of frames, by number; those above are handles of values, which the dump keeps. */
const firstValue = 2 ** 30;

/**
 * A core dump as a debug session: stopped for good where it crashed. Threads, stacks with inlined functions, variables,
 * registers, memory and disassembly; nothing is run, and what the dump lacks is said to be absent.
 */
export class CoreDebugSession extends ReadOnlyDebugSession {
  protected readonly capabilities: DebugProtocol.Capabilities = {
    supportsEvaluateForHovers: true,
    supportsExceptionInfoRequest: true,
    supportsDelayedStackTraceLoading: true,
    supportsClipboardContext: true,
    supportsModulesRequest: true,
    supportsReadMemoryRequest: true,
    supportsDisassembleRequest: true,
    additionalModuleColumns: [
      { attributeName: "verification", label: "Verified by", type: "string" },
      { attributeName: "buildId", label: "Build id", type: "string" },
    ],
  };
  private session: DumpSession | undefined;
  private summary: CoreSummary | undefined;
  private threads: readonly CoreThreadRow[] = [];
  private lightThreads: readonly DebugProtocol.Thread[] = [];
  /** Frames by id - 1: those a client was told of. */
  private readonly frames: FramePlace[] = [];
  private readonly frameIds = new Map<string, number>();
  private pathMap: readonly { readonly from: string; readonly to: string }[] = [];
  private sourceRoots: readonly string[] | undefined;
  private readonly javaSources: JavaSources;
  private readonly crashSources = new CrashSources();
  private moduleRows: readonly CoreModuleRow[] = [];
  /** What stands in for the source of the first frame of a thread that has none; by thread. */
  private readonly standIns = new Map<number, Promise<StandIn | undefined>>();

  constructor(private readonly services: DebugServices) {
    super(services.log);
    this.javaSources = new JavaSources(services.sources);
  }

  protected override async open(args: LaunchArguments, opening: Opening): Promise<Stop> {
    const { signal } = opening;
    const path = dumpPathOf(args);
    this.pathMap = pathMapOf(args);
    this.sourceRoots = args.sourceRoots;
    const keep = (session: DumpSession) => {
      this.session = session;
    };
    const session = await openReporting(this.services, path, opening, keep, coreOptionsOf(args));
    this.summary = await session.ask("core/summary", {}, signal);
    await this.listModules(session, signal);
    const { rows } = await session.ask("core/threads", { start: 0, count: mostThreads }, signal);
    this.threads = rows;
    this.lightThreads = await lightThreadsOf(session, signal);
    return this.stopOf(this.summary, rows);
  }

  /** Says in the console which modules have their files, before anything that rests on them is shown. */
  private async listModules(session: DumpSession, signal: AbortSignal): Promise<void> {
    const { counts, modules } = await session.ask("core/modules", {}, signal);
    this.moduleRows = modules;
    const lines = [
      `${modules.length} modules: ${counts.words}.`,
      ...modules
        .filter(({ status }) => status !== "found")
        .map(({ path, status, fault }) => `${status}: ${path}${fault === undefined ? "" : ` — ${fault}`}`),
      ...(modules.some(({ wants }) => wants !== undefined) ? [howToProvide] : []),
    ];
    this.sendEvent(new OutputEvent(`${lines.join("\n")}\n`, "console"));
  }

  private stopOf({ headline, signal }: CoreSummary, threads: readonly CoreThreadRow[]): Stop {
    const threadId = threads[0]?.lwp;
    // What was sent from outside is not an exception of the thread that it happened to strike.
    if (signal === undefined || threads[0]?.crashed !== true)
      return { threadId, reason: "pause", description: signal?.name ?? "Core dump", text: headline };
    return { threadId, reason: "exception", description: signal.name, text: headline };
  }

  protected override async close(): Promise<void> {
    if (this.session !== undefined) await this.services.store.close(this.session.id);
  }

  protected readonly answers: DebugAnswers = {
    threads: () => ({
      threads: [
        ...this.threads.map((thread) => ({ id: thread.lwp, name: threadName(thread) })),
        ...this.lightThreads,
      ],
    }),
    stackTrace: (args, signal) => this.stackTrace(args, signal),
    scopes: ({ frameId }) => ({ scopes: scopesOfFrame(frameId, this.placeOf(frameId).frame) }),
    variables: async (args, signal) => ({ variables: await this.variables(args, signal) }),
    evaluate: (args, signal) => this.evaluate(args, signal),
    source: ({ source, sourceReference }) => {
      const reference = source?.sourceReference ?? sourceReference;
      return this.crashSources.isOwn(reference)
        ? this.crashSources.textOf(reference)
        : this.javaSources.textOf(reference);
    },
    modules: (args, signal) => this.modules(args, signal),
    exceptionInfo: ({ threadId }) => this.exceptionInfo(threadId),
    readMemory: (args, signal) => this.readMemory(args, signal),
    disassemble: (args, signal) => this.disassemble(args, signal),
  };

  private get dump(): DumpSession {
    return this.session!;
  }

  private async stackTrace(
    { threadId, startFrame = 0, levels }: DebugArguments<"stackTrace">,
    signal: AbortSignal,
  ): Promise<DebugProtocol.StackTraceResponse["body"]> {
    const maximumFrames = levels === undefined || levels === 0 ? mostStackFrames : levels;
    const page = {
      lwps: [threadId],
      start: startFrame,
      maximumFrames: Math.min(maximumFrames, mostStackFrames),
    };
    const { threads } = await this.dump.ask("core/backtrace", page, signal);
    const stack = threads[0];
    if (stack === undefined) throw new ExhumeError({ code: "notFound", what: `thread ${threadId}` });
    const stackFrames = await Promise.all(stack.frames.map((frame) => this.stackFrame(threadId, frame)));
    const [first] = stackFrames;
    if (startFrame === 0 && first !== undefined && threadId === this.threads[0]?.lwp)
      stackFrames[0] = await this.asWhereItStopped(first, threadId, signal);
    return { stackFrames, totalFrames: stack.totalFrames };
  }

  /** The frame one came for: never greyed out, and with something to select it by where no frame has a source. */
  private async asWhereItStopped(
    { presentationHint: _hint, ...frame }: DebugProtocol.StackFrame,
    threadId: number,
    signal: AbortSignal,
  ): Promise<DebugProtocol.StackFrame> {
    let standIn = this.standIns.get(threadId);
    if (standIn === undefined) {
      standIn = this.standInFor(threadId, signal);
      this.standIns.set(threadId, standIn);
      standIn.catch(() => this.standIns.delete(threadId));
    }
    return { ...frame, ...(await standIn) };
  }

  /** undefined when a client finds a frame with a source by itself. */
  private async standInFor(threadId: number, signal: AbortSignal): Promise<StandIn | undefined> {
    const page = { lwps: [threadId], start: 0, maximumFrames: framesSearched };
    const { threads } = await this.dump.ask("core/backtrace", page, signal);
    const frames = threads[0]?.frames ?? [];
    const [first] = frames;
    if (first === undefined) return undefined;
    for (const frame of frames) {
      const { source, presentationHint } = await this.stackFrame(threadId, frame);
      const isSelected = source !== undefined && source.presentationHint !== "deemphasize";
      if (isSelected && presentationHint !== "subtle") return undefined;
    }
    const module = this.moduleRows.find(({ path }) => path === first.module);
    return this.crashSources.placeOf(this.dump, first, module, signal);
  }

  private async stackFrame(lwp: number, frame: CoreFrame): Promise<DebugProtocol.StackFrame> {
    const id = this.frameId({ lwp, frame });
    const { pc, module, guessed, inlined, signalFrame } = frame;
    const name = nameOfFrame(frame);
    if (frame.className !== undefined) return { id, name, ...(await this.javaPlaceOf(frame)) };
    const found = await this.sourceOf(frame);
    // Clients go past those to the program's own.
    const source = frame.library && found ? { ...found, presentationHint: "deemphasize" as const } : found;
    return {
      id,
      name,
      line: source === undefined ? 0 : (frame.line ?? 0),
      column: source === undefined ? 0 : (frame.column ?? 0),
      instructionPointerReference: pc,
      ...(module !== undefined && { moduleId: module }),
      ...(source !== undefined && { source }),
      ...((guessed || signalFrame || (frame.function === undefined && !inlined)) && {
        presentationHint: "subtle",
      }),
    };
  }

  /** A frame of Java at its line, by its class; without the machine's code, which is not its own. */
  private async javaPlaceOf({ className = "", function: name = "", file, line }: CoreFrame) {
    const { source, isFound, ...at } = await this.javaSources.placeOf({
      className,
      method: name.slice(className.length + 1),
      ...(file !== undefined && { file }),
      ...(line !== undefined && { line }),
      ...(this.sourceRoots !== undefined && { roots: this.sourceRoots }),
    });
    return { ...at, source, ...(!isFound && { presentationHint: "subtle" as const }) };
  }

  private frameId(place: FramePlace): number {
    const { lwp, frame } = place;
    const key = `${lwp} ${frame.index} ${frame.inline} ${frame.language ?? ""}`;
    const known = this.frameIds.get(key);
    if (known !== undefined) return known;
    const id = this.frames.push(place);
    this.frameIds.set(key, id);
    return id;
  }

  /** Where the file is here: by the path map, in the workspace, or as the compiler wrote it and nowhere. */
  private async sourceOf({
    file,
    line,
    md5,
    binaryModifiedMs,
  }: Pick<CoreFrame, "file" | "line" | "md5" | "binaryModifiedMs">): Promise<
    DebugProtocol.Source | undefined
  > {
    if (file === undefined) return undefined;
    const { locations, warnings } = await this.services.sources.ask("source/native", {
      path: file,
      ...(line !== undefined && { line }),
      ...(md5 !== undefined && { md5 }),
      ...(binaryModifiedMs !== undefined && { binaryModifiedMs }),
      pathMap: this.pathMap,
      ...(this.sourceRoots !== undefined && { roots: this.sourceRoots }),
    });
    const best = locations[0];
    if (best !== undefined) {
      const origin = [best.match, ...warnings].join(". ");
      return { name: basename(best.path), path: best.path, origin, ...(md5 && { checksums: [md5Of(md5)] }) };
    }
    const unfound = {
      name: basename(file),
      origin: "not found here",
      presentationHint: "deemphasize",
    } as const;
    // Clients look for a path they are told.
    return isOnAnotherMachine(file) ? unfound : { ...unfound, path: file };
  }

  private placeOf(frameId: number): FramePlace {
    const place = this.frames[frameId - 1];
    if (place === undefined) throw new ExhumeError({ code: "notFound", what: `frame ${frameId}` });
    return place;
  }

  private async variables(
    { variablesReference: reference, start = 0, count }: DebugArguments<"variables">,
    signal: AbortSignal,
  ): Promise<DebugProtocol.Variable[]> {
    const page = { start, count: count === undefined || count === 0 ? mostRows : Math.min(count, mostRows) };
    if (reference >= firstValue) {
      const { rows } = await this.dump.ask("core/parts", { handle: reference - firstValue, ...page }, signal);
      return rows.map((row) => this.variable(row));
    }
    const { frameId, scope } = frameScopeOf(reference);
    const place = this.placeOf(frameId);
    const { rows } = await this.dump.ask("core/variables", { ...wirePlace(place), scope, ...page }, signal);
    return rows.map((row) => this.variable(row));
  }

  private variable(row: CoreVariableRow): DebugProtocol.Variable {
    const { name, value, expression, isShadowed } = row;
    return {
      name: isShadowed === true ? `${name} (hidden)` : name,
      value,
      ...this.shown(row),
      ...(expression !== undefined && { evaluateName: expression }),
    };
  }

  /** What variables and results of expressions have in common. */
  private shown({ type, parts, address, missing }: CoreVariableRow) {
    const hint: DebugProtocol.VariablePresentationHint = {
      attributes: ["readOnly"],
      ...(missing !== undefined && { kind: "virtual" }),
    };
    return {
      type: missing === undefined ? type : `${type} (${missing.why})`,
      variablesReference: parts === undefined ? 0 : firstValue + parts.handle,
      ...(parts !== undefined &&
        (parts.isIndexed ? { indexedVariables: parts.count } : { namedVariables: parts.count })),
      ...(address !== undefined && { memoryReference: address }),
      presentationHint: hint,
    };
  }

  private async evaluate(
    { expression, frameId }: DebugArguments<"evaluate">,
    signal: AbortSignal,
  ): Promise<DebugProtocol.EvaluateResponse["body"]> {
    const place = frameId === undefined ? undefined : wirePlace(this.placeOf(frameId));
    const row = await this.dump.ask(
      "core/evaluate",
      { expression, ...(place !== undefined && { place }) },
      signal,
    );
    return { result: row.value, ...this.shown(row), ...memoryOfPointer(row) };
  }

  private async modules(
    { startModule = 0, moduleCount }: DebugArguments<"modules">,
    signal: AbortSignal,
  ): Promise<DebugProtocol.ModulesResponse["body"]> {
    const { modules } = await this.dump.ask("core/modules", {}, signal);
    const end = moduleCount === undefined || moduleCount === 0 ? undefined : startModule + moduleCount;
    return {
      totalModules: modules.length,
      modules: modules.slice(startModule, end).map((module) => ({
        id: module.path,
        name: basename(module.path),
        path: module.file ?? module.path,
        addressRange: `${module.start}-${module.end}`,
        isUserCode: module.kind === "executable",
        symbolStatus: module.fault ?? symbolStatusOf(module),
        verification: module.verification,
        ...(module.debugFile !== undefined && { symbolFilePath: module.debugFile }),
        ...(module.buildId !== undefined && { buildId: module.buildId }),
      })),
    };
  }

  private exceptionInfo(threadId: number): DebugProtocol.ExceptionInfoResponse["body"] {
    const { signal, headline } = this.summary!;
    const thread = this.threads.find(({ lwp }) => lwp === threadId);
    if (signal === undefined || thread?.crashed !== true)
      throw new ExhumeError({ code: "notFound", what: `a signal that ended thread ${threadId}` });
    return {
      exceptionId: signal.name,
      breakMode: "always",
      description: headline,
      details: { message: signal.description, typeName: signal.code },
    };
  }

  /** Absent memory is left out: data ends before it, and `unreadableBytes` says how much is not there. */
  private async readMemory(
    { memoryReference, offset = 0, count }: DebugArguments<"readMemory">,
    signal: AbortSignal,
  ): Promise<NonNullable<DebugProtocol.ReadMemoryResponse["body"]>> {
    const start = addressOf(memoryReference) + BigInt(offset);
    if (start < 0n) throw new ExhumeError({ code: "invalid", what: "The address is below 0" });
    const wanted = Math.min(count, mostMemoryBytes);
    const address = formatHex(start);
    const { data, absent } = await this.dump.ask("core/memory", { address, count: wanted }, signal);
    const firstAbsent = absent[0];
    if (firstAbsent === undefined) return { address, data };
    const present = Number(BigInt(firstAbsent.start) - start);
    if (present > 0)
      return {
        address,
        data: Buffer.from(data, "base64").subarray(0, present).toString("base64"),
        unreadableBytes: Number(BigInt(firstAbsent.end) - BigInt(firstAbsent.start)),
      };
    return { address, unreadableBytes: Number(BigInt(firstAbsent.end) - start) };
  }

  private async disassemble(
    { memoryReference, offset = 0, instructionOffset = 0, instructionCount }: DebugArguments<"disassemble">,
    signal: AbortSignal,
  ): Promise<NonNullable<DebugProtocol.DisassembleResponse["body"]>> {
    const address = formatHex(addressOf(memoryReference) + BigInt(offset));
    const { instructions } = await this.dump.ask(
      "core/disassembly",
      { address, offset: instructionOffset, count: instructionCount },
      signal,
    );
    return {
      instructions: await Promise.all(
        instructions.map(async ({ address: at, bytes, text, symbol, file, line }) => {
          const location =
            file === undefined
              ? undefined
              : await this.sourceOf({ file, ...(line !== undefined && { line }) });
          return {
            address: at,
            instruction: text,
            ...(bytes !== undefined && { instructionBytes: bytes }),
            ...(bytes === undefined && { presentationHint: "invalid" as const }),
            ...(symbol !== undefined && { symbol }),
            ...(location !== undefined && { location, line: line ?? 0 }),
          };
        }),
      ),
    };
  }
}

function wirePlace({ lwp, frame: { index, inline, language } }: FramePlace) {
  return { lwp, frame: index, inline, ...(language !== undefined && { managed: true }) };
}

function threadName({ lwp, name, crashed, runs, top }: CoreThreadRow): string {
  const where = top?.function === undefined ? "" : ` · ${top.function}`;
  const what = runs === undefined ? "" : ` · runs ${runs}`;
  return `${name ?? "Thread"} ${lwp}${crashed ? " · crashed" : ""}${what}${where}`;
}

function nameOfFrame(frame: CoreFrame): string {
  const { function: name, pc, module } = frame;
  return `${name ?? (module === undefined ? pc : `${pc} in ${basename(module)}`)}${frameMarks(frame)}`;
}

function symbolStatusOf({
  hasDebugInformation,
  hasSymbols,
}: {
  readonly hasDebugInformation: boolean;
  readonly hasSymbols: boolean;
}): string {
  return hasDebugInformation ? "Debug information" : hasSymbols ? "Symbols only" : "No symbols";
}

/** A memory view of a pointer opens what it points to. */
function memoryOfPointer({ type, value }: CoreVariableRow): { memoryReference?: string } {
  const pointed = /^0x[0-9a-f]+/.exec(value)?.[0];
  return type.includes("*") && pointed !== undefined ? { memoryReference: pointed } : {};
}

function addressOf(reference: string): bigint {
  const address = parseHexOrUndefined(reference);
  if (address === undefined)
    throw new ExhumeError({ code: "invalid", what: `${reference} is not an address` });
  return address;
}

/** Lets clients that check sources do it. */
function md5Of(checksum: string): DebugProtocol.Checksum {
  return { algorithm: "MD5", checksum };
}
