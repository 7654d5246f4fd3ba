import type { ByteSource } from "../base/byteSource";
import type { Problem, ProblemList } from "../base/problems";
import type { Work } from "../base/work";
import type { OpenOptions } from "../protocol/dump/open";
import type { Method, ParamsOf, ResultOf } from "../protocol/requests";
import type { SharedFile } from "./files/fileSource";
import type { AnswerFile } from "./index/answerFile";

/** `quick` answers pages while the user scrolls; `long` runs passes. Each lane is a thread of its own. */
export type Lane = "quick" | "long";

/** Quick for pages that start here or before: further ones take a pass. */
export interface PagedLane {
  readonly quickUpTo: number;
}

export interface Answer<Context, M extends Method> {
  readonly lane: Lane | PagedLane;
  /** True for an answer that depends on the dump alone when nothing is asked but the question: it is given once. */
  readonly isKept?: true;
  /** Runs in a worker thread. Translates the domain's plain data to wire rows. */
  answer(context: Context, params: ParamsOf<M>, work: Work): ResultOf<M> | Promise<ResultOf<M>>;
}

/** An answer in a table, where what it answers is known by its key only. */
export interface AnyAnswer<Context> {
  readonly lane: Lane | PagedLane;
  readonly isKept?: true;
  answer(context: Context, params: never, work: Work): unknown;
}

/** One answer for each of these requests; one without an answer does not compile. */
export type AnswerTable<Context, Methods extends Method> = {
  readonly [M in Methods]: Answer<Context, M>;
};

/** What a room is given to read one dump. */
export interface BuildInputs {
  /** The unpacked bytes. */
  readonly source: ByteSource;
  /** The same bytes for further threads of this process. */
  readonly file: SharedFile;
  /** Path the user named; packed files differ from `source`. */
  readonly path: string;
  /** Of the file at that path, see `files/fileIdentity`. */
  readonly identity: () => Uint8Array;
  /** Of an encrypted dump: what is saved of it is sealed with this. */
  readonly indexKey?: Uint8Array | undefined;
  readonly options: OpenOptions;
  /** Folder of the bundles, for rooms that start workers of their own. */
  readonly workerFolder: string;
  readonly problems: ProblemList;
  readonly work: Work;
}

/**
 * How one kind of dump is opened and asked. `build` runs once, in the long lane; what it returns is posted to both
 * lanes (so it is plain data and shared memory) and attached there.
 */
export interface Room<Attachment, Early, Context> {
  build(inputs: BuildInputs, early: (early: Early) => void): Promise<Attachment>;
  attach(attachment: Attachment, inputs: AttachInputs): Context | Promise<Context>;
  readonly answers: { readonly [method: string]: AnyAnswer<Context> };
  /** Where answers that are kept outlast the session; undefined where they do not. */
  readonly answerFile?: (attachment: Attachment) => AnswerFile | undefined;
  /** Whether answers read the file: then none is given once it is another than was built from. */
  readonly readsOn: boolean;
}

/** Answers given from what `build` told early, on the server's own thread; cheap ones only. */
export interface EarlyAnswers<Early> {
  readonly [method: string]: (early: Early, params: never) => unknown;
}

export interface AttachInputs {
  readonly source: ByteSource;
  readonly file: SharedFile;
  readonly path: string;
  readonly options: OpenOptions;
  /** Folder with the worker bundles. */
  readonly workerFolder: string;
  readonly problems: readonly Problem[];
}

/** Own ones only: a request may be called like something every object has. */
export function answerTo<Context>(
  room: { readonly answers: { readonly [method: string]: AnyAnswer<Context> } },
  method: string,
): AnyAnswer<Context> | undefined {
  return Object.hasOwn(room.answers, method) ? room.answers[method] : undefined;
}

/** Joins answer tables of several files into one room's table. */
export function joinAnswers<Context>(
  ...tables: readonly { readonly [method: string]: AnyAnswer<Context> }[]
): { readonly [method: string]: AnyAnswer<Context> } {
  // biome-ignore lint/plugin: one table for each file of answers
  return Object.assign({}, ...tables);
}

/** Answers whose code is read with the first question: whoever asks for something else need not wait for it. */
export function answersLater<Context, Methods extends Method>(
  lanes: { readonly [M in Methods]: Lane },
  load: (context: Context) => Promise<AnswerTable<Context, Methods>>,
): { readonly [method: string]: AnyAnswer<Context> } {
  return Object.fromEntries(
    Object.entries<Lane>(lanes).map(([method, lane]) => {
      const answer = async (context: Context, params: never, work: Work) =>
        (await load(context))[method as Methods].answer(context, params, work);
      return [method, { lane, answer }];
    }),
  );
}

/** Parameters as a session takes them: it fills in the dump's id itself. */
export type AskParams<M extends Method> = Omit<ParamsOf<M>, "dump">;

/** Names a question whose answer is kept; undefined when something is asked besides, and for answers that are not. */
export function keptQuestion(
  { isKept }: Pick<AnyAnswer<unknown>, "isKept">,
  method: string,
  params: unknown,
): string | undefined {
  const asked = Object.entries(params as object).filter(([, value]) => value !== undefined);
  return isKept === true && asked.every(([name]) => name === "dump") ? method : undefined;
}
