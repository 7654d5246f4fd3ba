import { parentPort, workerData } from "node:worker_threads";
import { performEncryptionTask } from "../session/encryption/encryptionTasks";
import { serveTask } from "../session/threads/taskThread";

serveTask(parentPort, workerData, performEncryptionTask);
