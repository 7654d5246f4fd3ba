import { join } from "node:path";
import { type MessagePort, Worker } from "node:worker_threads";
import { ExhumeError, type Fault, faultOf } from "../../base/errors";
import { CancelFlag, type Work } from "../../base/work";
import { endOfThread } from "./endOfThread";

/** One piece of work that has no place on the thread that answers. */
export interface TaskRun<Task> {
  /** Bundle of the thread that does it. */
  readonly script: string;
  readonly task: Task;
  readonly workerFolder: string;
  readonly onProgress: (step: string, fraction: number) => void;
  readonly signal: AbortSignal;
}

interface TaskData<Task> {
  readonly task: Task;
  readonly cancel: SharedArrayBuffer;
}

type FromTask<Result> =
  | { readonly type: "progress"; readonly step: string; readonly fraction: number }
  | { readonly type: "done"; readonly result: Result }
  | { readonly type: "failed"; readonly fault: Fault };

/** Does the task in a thread of its own. @throws ExhumeError what the task threw; `analyzerLost` */
export function runTask<Task, Result>(run: TaskRun<Task>): Promise<Result> {
  const { script, task, workerFolder, onProgress, signal } = run;
  return new Promise<Result>((settle, reject) => {
    const flag = new CancelFlag();
    const workerData: TaskData<Task> = { task, cancel: flag.shared };
    const worker = new Worker(join(workerFolder, script), { workerData });
    const cancel = () => flag.cancel();
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    worker.on("message", (message: FromTask<Result>) => {
      if (message.type === "progress") onProgress(message.step, message.fraction);
      else if (message.type === "done") settle(message.result);
      else reject(new ExhumeError(message.fault));
    });
    worker.once("error", (error) =>
      reject(new ExhumeError({ code: "analyzerLost", reason: endOfThread(error) })),
    );
    worker.once("exit", () => {
      signal.removeEventListener("abort", cancel);
      reject(new ExhumeError({ code: "analyzerLost", reason: "its thread stopped" }));
    });
  });
}

/** The thread's side of {@link runTask}. */
export function serveTask<Task, Result>(
  port: MessagePort | null,
  data: unknown,
  perform: (task: Task, work: Work) => Promise<Result>,
): void {
  if (port === null) throw new Error("This runs as a worker thread only");
  const { task, cancel } = data as TaskData<Task>;
  const flag = new CancelFlag(cancel);
  const post = (message: FromTask<Result>) => port.postMessage(message);
  const work: Work = {
    throwIfCancelled: () => flag.throwIfCancelled(),
    report: (step, fraction) => post({ type: "progress", step, fraction }),
  };
  perform(task, work).then(
    (result) => post({ type: "done", result }),
    (error: unknown) => post({ type: "failed", fault: faultOf(error) }),
  );
}
