import { parentPort, workerData } from "node:worker_threads";
import { newPassThread, type PassCall, type PassThreadData } from "../session/threads/passThread";

const port = parentPort;
if (port === null) throw new Error("passWorker.js runs as a worker thread only");
const run = newPassThread(workerData as PassThreadData);
port.on("message", (call: PassCall) => port.postMessage(run(call)));
