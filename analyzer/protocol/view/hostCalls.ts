import { dumpBuild } from "../heap/builds";
import { call, type ParamsIn, type ResultIn } from "../request";
import { type Question, questions } from "../requests";
import {
  amount,
  anything,
  integer,
  literal,
  moment,
  name,
  nothing,
  type Of,
  object,
  oneKindOf,
  oneOf,
  optional,
  path,
  text,
  words,
} from "../shapes";
import type { CommitsBetween, DocumentFacts } from "./hostMessages";
import { type Navigation, navigationShape } from "./navigation";

/** A name in a dump that may have a line in the workspace. */
export const sourceTarget = oneKindOf("kind", [
  object({ kind: literal("class"), className: name }),
  object({ kind: literal("field"), className: name, field: name }),
  object({
    kind: literal("frame"),
    className: name,
    method: name,
    file: optional(name),
    line: optional(integer),
  }),
  /** A file and line as debug information names it (native code). */
  object({
    kind: literal("line"),
    file: name,
    line: integer,
    md5: optional(text(64)),
    binaryModifiedMs: optional(moment),
  }),
]);
export type SourceTarget = Of<typeof sourceTarget>;

/** Where the file of a module that is missing comes from. */
const provideHow = oneOf(["choose", "searchWorkspace", "useDebuginfod"]);
export type ProvideHow = Of<typeof provideHow>;

/** What goes onto the clipboard or into a file. */
const longText = text(64 << 20);

/** What a webview may ask of the extension. Every call is answered, with a result or a fault. */
export const hostCalls = {
  /** First call of a fresh webview. `navigation` is where a command wanted this editor to go. */
  hello: call(nothing).gives<{ readonly facts: DocumentFacts; readonly navigation?: Navigation }>(),
  /** Forwards a question to the analyzer, which checks its params; the extension fills in the `dump` param. */
  ask: call(
    object({
      method: oneOf(Object.keys(questions) as [Question, ...Question[]], "a question of a view"),
      params: anything,
    }),
  ).gives<unknown>(),
  /** Opens a line of the workspace; false when nothing was found (the user has been told). */
  openSource: call(sourceTarget).gives<{ readonly opened: boolean }>(),
  /** The commits that changed a file between the builds of two dumps; null where git knows nothing of the file. */
  commitsBetween: call(
    object({ file: path, member: name, from: dumpBuild, to: dumpBuild }),
  ).gives<CommitsBetween | null>(),
  /** Dumps of the same series that were written before this one, newest first. */
  earlierDumps: call(nothing).gives<{ readonly paths: readonly string[] }>(),
  copyText: call(object({ text: longText })).gives<null>(),
  /** Puts a link that opens this place again on the clipboard. */
  copyLink: call(navigationShape).gives<null>(),
  /** Asks for a file name and writes the text there; false when the user gave up. */
  saveAs: call(object({ suggestedName: words, text: longText })).gives<{ readonly saved: boolean }>(),
  /** Stops the indexing of the dump. */
  stopIndexing: call(nothing).gives<null>(),
  /** Opens the dump again after a failure. */
  reopen: call(nothing).gives<null>(),
  /** Opens the Java heap of the core in an editor of its own. */
  openHeapOfCore: call(nothing).gives<null>(),
  /** Provides the file of a module of the core and opens it again; false when nothing came of it (the user has been told). */
  provideModule: call(object({ path: name, how: provideHow })).gives<{ readonly provided: boolean }>(),
  /** Asks the user for further heap dumps of the same program, for further files of the same process. */
  pickHeapDumps: call(nothing).gives<readonly string[]>(),
  pickTriageInputs: call(nothing).gives<readonly string[]>(),
  /** Lets the user write about a place; gives the text, null when nothing was changed. */
  writeNote: call(object({ id: words, title: name, place: navigationShape })).gives<string | null>(),
  /** Queries that were run in this workspace, newest first. */
  queryHistory: call(nothing).gives<{ readonly queries: readonly string[] }>(),
  /** Keeps a query that was run, but none that was asked of an encrypted dump. */
  noteQuery: call(object({ text: text(100_000) })).gives<null>(),
  /** Forgets them all. */
  clearQueryHistory: call(nothing).gives<null>(),
  /** Who wrote a line of the workspace, as a sentence; empty when git does not know. */
  whoWrote: call(object({ file: path, line: integer })).gives<string>(),
};

export type HostCallName = keyof typeof hostCalls;
export type HostParams<Name extends HostCallName> = ParamsIn<(typeof hostCalls)[Name]>;
export type HostResult<Name extends HostCallName> = ResultIn<(typeof hostCalls)[Name]>;

/** Messages from a webview to the extension. */
export const viewMessage = oneKindOf("type", [
  /** Asks for something; answered by `answer` or `fault` with the same id. */
  object({ type: literal("call"), id: amount, name: text(100), params: anything }),
  /** The answer to this call is no longer wanted. */
  object({ type: literal("abandon"), id: amount }),
]);
export type ViewMessage = Of<typeof viewMessage>;
