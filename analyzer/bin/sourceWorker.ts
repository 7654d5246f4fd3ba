import { parentPort, workerData } from "node:worker_threads";
import { type DeclarationsRequest, readDeclarations } from "../session/sources/readDeclarations";

const port = parentPort;
if (port === null) throw new Error("sourceWorker.js runs as a worker thread only");
port.postMessage(readDeclarations(workerData as DeclarationsRequest));
