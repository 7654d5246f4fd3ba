import { ExhumeError, faultOf } from "../../base/errors";
import { ProblemList } from "../../base/problems";
import { CancelFlag, type Work } from "../../base/work";
import { formatOf } from "../dumpFormats";
import { assertUnchanged, identityOf, type WatchedFile } from "../files/fileIdentity";
import { FileSource } from "../files/fileSource";
import type { Wrapping } from "../files/packing";
import type { KeptAnswers } from "../index/answerFile";
import { answerTo, keptQuestion, type Room } from "../room";
import { unpackedFileOf } from "./unpackedFileOf";
import type { Built, FromWorker, ToWorker } from "./workerMessages";

/** At most so often a thread reports progress within one step, in milliseconds. */
const reportInterval = 100;

/**
 * One thread of a dump: takes messages, posts replies. Free of `worker_threads`, so that the bin only wires it and
 * a test can drive it directly.
 */
export class DumpWorker {
  private room: Pick<Room<unknown, unknown, unknown>, "answers"> = { answers: {} };
  private context: unknown;
  private watched: WatchedFile | undefined;
  private kept: KeptAnswers | undefined;
  /** Settles when the dump that was given last can be asked. */
  private attached: Promise<void> = Promise.resolve();

  constructor(private readonly post: (message: FromWorker) => void) {}

  async take(message: ToWorker): Promise<void> {
    switch (message.type) {
      case "build":
        return this.build(message);
      case "attach":
        this.attached = this.attach(message.built);
        return this.attached;
      case "ask":
        return this.answer(message);
    }
  }

  private async build(message: Extract<ToWorker, { type: "build" }>): Promise<void> {
    const problems = new ProblemList();
    const work = this.workWith(message.cancel);
    try {
      const room = await formatOf(message.formatId).loadRoom();
      const { path, options, workerFolder, watched } = message;
      const identity = identityOf(message.file);
      const file = await unpackedFileOf(message, problems, work);
      const source = FileSource.attach(file);
      const attachment = await room.build(
        {
          source,
          file,
          path,
          identity,
          indexKey: await indexKeyOf(message.wrapping),
          options,
          workerFolder,
          problems,
          work,
        },
        (early) => this.post({ type: "early", early }),
      );
      const built: Built = {
        formatId: message.formatId,
        path,
        file,
        watched,
        options,
        workerFolder,
        problems: problems.toArray(),
        quickUpTo: quickPagesOf(room),
        kept: keptMethodsOf(room),
        readsOn: room.readsOn,
        attachment,
      };
      assertUnchanged(watched);
      this.attached = this.attach(built);
      await this.attached;
      this.post({ type: "built", built });
    } catch (error) {
      this.post({ type: "failed", fault: faultOf(error) });
    }
  }

  private async attach(built: Built): Promise<void> {
    const room = await formatOf(built.formatId).loadRoom();
    this.context = await room.attach(built.attachment, { ...built, source: FileSource.attach(built.file) });
    this.room = room;
    this.watched = room.readsOn ? built.watched : undefined;
    const file = room.answerFile?.(built.attachment);
    this.kept = undefined;
    if (file === undefined) return;
    const { codeVersionOf, KeptAnswers } = await import("../index/answerFile");
    this.kept = new KeptAnswers(file, codeVersionOf(built.workerFolder));
  }

  private async answer(message: Extract<ToWorker, { type: "ask" }>): Promise<void> {
    const { id, method } = message;
    try {
      await this.attached;
      const answer = answerTo(this.room, method);
      if (answer === undefined) throw new ExhumeError({ code: "invalid", what: `Unknown request ${method}` });
      // One lane alone writes them.
      const question = answer.lane === "long" ? keptQuestion(answer, method, message.params) : undefined;
      const known = question === undefined ? undefined : this.kept?.get(question);
      const result =
        known ?? (await answer.answer(this.context, message.params as never, this.workWith(message.cancel)));
      if (this.watched !== undefined) assertUnchanged(this.watched);
      if (question !== undefined && known === undefined) this.kept?.keep(question, result);
      this.post({ type: "answer", id, result });
    } catch (error) {
      this.post({ type: "refusal", id, fault: faultOf(error) });
    }
  }

  private workWith(cancel: SharedArrayBuffer): Work {
    const flag = new CancelFlag(cancel);
    let lastStep = "";
    let lastTime = 0;
    return {
      throwIfCancelled: () => flag.throwIfCancelled(),
      report: (step, fraction) => {
        const now = Date.now();
        if (step === lastStep && now - lastTime < reportInterval) return;
        lastStep = step;
        lastTime = now;
        this.post({ type: "progress", step, fraction });
      },
    };
  }
}

/** Of an encrypted dump. */
async function indexKeyOf({ fileKey }: Wrapping): Promise<Uint8Array | undefined> {
  return fileKey && (await import("../encryption/keptKeys")).indexKeyOf(fileKey);
}

function quickPagesOf({ answers }: Pick<Room<unknown, unknown, unknown>, "answers">): Map<string, number> {
  const quick = new Map<string, number>();
  for (const [method, { lane }] of Object.entries(answers)) {
    if (lane === "quick") quick.set(method, Infinity);
    else if (lane !== "long") quick.set(method, lane.quickUpTo);
  }
  return quick;
}

function keptMethodsOf({ answers }: Pick<Room<unknown, unknown, unknown>, "answers">): Set<string> {
  return new Set(Object.keys(answers).filter((method) => answers[method]!.isKept === true));
}
