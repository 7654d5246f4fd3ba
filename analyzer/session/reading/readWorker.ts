import { ExhumeError, faultOf } from "../../base/errors";
import { CancelFlag, type Work } from "../../base/work";
import { listStoredCores } from "../crashes/storedCores";
import { NoteStore } from "../dumps/noteStore";
import { SourceService } from "../sources/sourceService";
import type { FromWorker } from "../threads/workerMessages";
import { identifyFile } from "./identifyFile";
import type { NotesPlace, ReadQuestions, ToReader } from "./readMessages";

type Answers = {
  readonly [Q in keyof ReadQuestions]: (
    params: ReadQuestions[Q]["params"],
    work: Work,
  ) => Promise<ReadQuestions[Q]["result"]>;
};

/**
 * Reads what others wrote, for a server whose own thread must stay free: heads of files, sources and their outlines,
 * notes. Free of `worker_threads`, as the other workers are.
 */
export class ReadWorker {
  private readonly sources: SourceService;
  private readonly answers: Answers;

  constructor(
    private readonly post: (message: FromWorker) => void,
    workerFolder: string,
  ) {
    this.sources = new SourceService(process.env, workerFolder);
    this.answers = {
      ...this.sources.answers,
      identify: identifyFile,
      storedCores: async () => listStoredCores(),
      notes: async (place) => storeOf(place).list(),
      writeNote: async ({ note, ...place }) => storeOf(place).write(note),
    };
  }

  async take(message: ToReader): Promise<void> {
    switch (message.type) {
      case "roots":
        return this.sources.setRoots(message.roots);
      case "filesChanged":
        return this.sources.filesChanged(message.changes);
      case "ask":
        return this.answer(message);
    }
  }

  private async answer({ id, method, params, cancel }: Extract<ToReader, { type: "ask" }>): Promise<void> {
    const flag = new CancelFlag(cancel);
    const work: Work = { throwIfCancelled: () => flag.throwIfCancelled(), report: () => undefined };
    try {
      const answer = Object.hasOwn(this.answers, method) ? this.answers[method as keyof Answers] : undefined;
      if (answer === undefined)
        throw new ExhumeError({ code: "invalid", what: `Nobody reads for ${method}` });
      this.post({ type: "answer", id, result: await answer(params as never, work) });
    } catch (error) {
      this.post({ type: "refusal", id, fault: faultOf(error) });
    }
  }
}

function storeOf({ path, folder, key }: NotesPlace): NoteStore {
  return new NoteStore(path, folder, key);
}
