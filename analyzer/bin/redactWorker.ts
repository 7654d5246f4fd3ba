import { parentPort, workerData } from "node:worker_threads";
import { faultOf } from "../base/errors";
import { CancelFlag } from "../base/work";
import type { FromRedactWorker, RedactWorkerData } from "../session/privacy/redactInThread";
import { writeRedacted } from "../session/privacy/writeRedacted";

const port = parentPort;
if (port === null) throw new Error("redactWorker.js runs as a worker thread only");
const { task, cancel } = workerData as RedactWorkerData;
const flag = new CancelFlag(cancel);
const post = (message: FromRedactWorker) => port.postMessage(message);
void writeRedacted(task, {
  throwIfCancelled: () => flag.throwIfCancelled(),
  report: (step, fraction) => post({ type: "progress", step, fraction }),
}).then(
  (written) => post({ type: "written", written }),
  (error: unknown) => post({ type: "failed", fault: faultOf(error) }),
);
