import { parentPort, workerData } from "node:worker_threads";
import { writeRedacted } from "../session/privacy/writeRedacted";
import { serveTask } from "../session/threads/taskThread";

serveTask(parentPort, workerData, writeRedacted);
