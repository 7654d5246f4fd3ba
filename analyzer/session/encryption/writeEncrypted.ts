import { audit } from "../dumps/auditLog";
import { runTask } from "../threads/taskThread";
import type { EncryptionTask } from "./encryptionTasks";

/** Encrypts or decrypts a file into a new one, in a thread of its own. @returns the size of the new one */
export async function writeEncrypted(
  task: Exclude<EncryptionTask, { readonly type: "unlock" }>,
  workerFolder: string,
  onProgress: (step: string, fraction: number) => void,
  signal: AbortSignal,
): Promise<number> {
  audit(task.type, task.path);
  return runTask({ script: "encryptionWorker.js", task, workerFolder, onProgress, signal });
}
