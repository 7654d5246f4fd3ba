import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { ExhumeError } from "../../base/errors";
import { CancelFlag, type Work } from "../../base/work";
import { type ContentSums, sourceForPass } from "../../heap/graph/columns/contentSums";
import { inProcess, type Parallel, type Pass } from "../../heap/graph/parallel";
import { attachBytes, byteLengthOf, type SharedBytes } from "../files/sharedBytes";
import { collectGarbage } from "./collectGarbage";
import { endOfThread } from "./endOfThread";
import type { PassReply, PassThreadData } from "./passThread";

/** Below this a file is read sooner than threads start. */
const worthThreads = 48 << 20;
/** Readers beyond this wait for each other's memory. */
const threadsMaximum = 8;
const watchInterval = 100;

/** A {@link Parallel} that must be closed. */
export interface PassRunner extends Parallel {
  close(): Promise<void>;
}

/**
 * Threads for the passes over one file. Cancelling `work` stops the passes in all of them.
 * @param contentSums are filled by the pass that reads all contents (the histogram does not wait for them), and compared
 * with by passes that read again
 * @param workerFolder where `passWorker.js` lies
 * @param workers 0 to choose by the processors and the file
 */
export function openPassRunner(
  bytes: SharedBytes,
  contentSums: ContentSums,
  workerFolder: string,
  work: Work,
  workers = 0,
): PassRunner {
  const count =
    workers || (byteLengthOf(bytes) < worthThreads ? 1 : Math.min(threadsMaximum, availableParallelism()));
  if (count === 1 && workers === 0) {
    const source = attachBytes(bytes);
    return {
      ...inProcess(source, work, sourceForPass(source, contentSums)),
      close: () => Promise.resolve(),
    };
  }
  const cancel = new CancelFlag();
  let threads: PassWorker[] = [];

  function start(): void {
    const workerData: PassThreadData = { bytes, contentSums, cancel: cancel.shared };
    while (threads.length < count) {
      threads.push(startThread(join(workerFolder, "passWorker.js"), workerData));
    }
  }

  async function rest(): Promise<void> {
    const ending = threads;
    threads = [];
    await Promise.all(ending.map(({ thread }) => thread.terminate()));
    collectGarbage();
  }

  return {
    workers: count,
    async run<Input, Output>(
      pass: Pass<Input, Output>,
      inputs: readonly Input[],
      watch?: () => void,
    ): Promise<Output[]> {
      start();
      const timer = setInterval(() => {
        try {
          work.throwIfCancelled();
        } catch {
          // The passes see the flag and answer `cancelled` themselves.
          cancel.cancel();
        }
        watch?.();
      }, watchInterval);
      try {
        let failure: unknown;
        const calls = inputs.map((input, k) =>
          callThread(threads[k]!, pass, input).catch((error: unknown) => {
            failure ??= error;
            // The others may wait for what this one was to do.
            cancel.cancel();
            return undefined;
          }),
        );
        // All are awaited, so that nobody writes into shared memory after a failure was reported.
        const outputs = await Promise.all(calls);
        if (failure !== undefined) throw failure;
        return outputs as Output[];
      } finally {
        clearInterval(timer);
      }
    },
    rest,
    close: rest,
  };
}

interface PassWorker {
  readonly thread: Worker;
  /** Why it ended; threads may end while nobody asks them anything. */
  lost: ExhumeError | undefined;
  /** Told when it ends. */
  onLost: ((error: ExhumeError) => void) | undefined;
}

function startThread(path: string, workerData: PassThreadData): PassWorker {
  const worker: PassWorker = { thread: new Worker(path, { workerData }), lost: undefined, onLost: undefined };
  const lose = (reason: string): void => {
    worker.lost ??= new ExhumeError({ code: "analyzerLost", reason });
    worker.onLost?.(worker.lost);
  };
  worker.thread.on("error", (error: Error) => lose(`in a pass thread ${endOfThread(error)}`));
  worker.thread.on("exit", () => lose("a pass thread stopped"));
  return worker;
}

function callThread<Input, Output>(
  worker: PassWorker,
  { name }: Pass<Input, Output>,
  input: Input,
): Promise<Output> {
  return new Promise((settle, reject) => {
    if (worker.lost !== undefined) {
      reject(worker.lost);
      return;
    }
    worker.onLost = reject;
    worker.thread.once("message", (reply: PassReply) => {
      worker.onLost = undefined;
      if ("fault" in reply) reject(new ExhumeError(reply.fault));
      else settle(reply.output as Output);
    });
    worker.thread.postMessage({ name, input });
  });
}
