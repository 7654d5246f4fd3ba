import { parentPort } from "node:worker_threads";
import { DumpWorker } from "../session/threads/dumpWorker";
import type { ToWorker } from "../session/threads/workerMessages";

const port = parentPort;
if (port === null) throw new Error("dumpWorker.js runs as a worker thread only");
const worker = new DumpWorker((message) => port.postMessage(message));
port.on("message", (message: ToWorker) => void worker.take(message));
