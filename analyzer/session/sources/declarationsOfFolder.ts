import { createHash } from "node:crypto";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type DeclarationIndex, indexOfNames } from "../../sources/declarationIndex";
import { userCacheFolder } from "../files/cacheFolder";
import { type DeclarationsRequest, type FileNames, readDeclarations } from "./readDeclarations";

/** Where the names declared below a folder are remembered. Names of types and of files only. */
export function rememberedDeclarations(root: string, environment: NodeJS.ProcessEnv): string {
  const name = createHash("sha256").update(root).digest("hex").slice(0, 32);
  return join(userCacheFolder(environment), "declarations", `${name}.json`);
}

/**
 * Which files of a folder may declare a type of a name. Reads what changed since the last time, in a thread of its own
 * when there is one to start.
 */
export async function declarationsOfFolder(
  request: DeclarationsRequest,
  workerFolder: string | undefined,
): Promise<DeclarationIndex> {
  const names =
    workerFolder === undefined ? readDeclarations(request) : await inThread(request, workerFolder);
  return indexOfNames(names);
}

function inThread(request: DeclarationsRequest, workerFolder: string): Promise<readonly FileNames[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(workerFolder, "sourceWorker.js"), { workerData: request });
    // The process may end while sources are read: nothing is lost with them.
    worker.unref();
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("The thread that reads sources stopped")));
  });
}
