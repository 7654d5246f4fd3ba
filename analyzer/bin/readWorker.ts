import { parentPort } from "node:worker_threads";
import type { ToReader } from "../session/reading/readMessages";
import { ReadWorker } from "../session/reading/readWorker";

const port = parentPort;
if (port === null) throw new Error("readWorker.js runs as a worker thread only");
const worker = new ReadWorker((message) => port.postMessage(message), __dirname);
port.on("message", (message: ToReader) => void worker.take(message));
