import { parentPort, workerData } from "node:worker_threads";
import { unwatched } from "../base/work";
import { findDumps } from "../session/dumps/findDumps";
import type { FindTask } from "../session/dumps/findInThread";

const port = parentPort;
if (port === null) throw new Error("findWorker.js runs as a worker thread only");
const { folders, files } = workerData as FindTask;
void findDumps(folders, unwatched, files).then((found) => port.postMessage(found));
