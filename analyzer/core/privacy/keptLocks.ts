import { futexCallOf } from "../locks/futexCall";
import { looksLikeMutex } from "../locks/lockWords";
import type { StructureLog } from "../memoryImage";
import type { ProcessSnapshot } from "../processSnapshot";

const wordBytes = 4;
/** Lock, count, owner, users and kind of a mutex of glibc, in either width. */
const mutexBytes = 20;

/** Notes the locks that threads sleep on: a copy without them would tell no deadlock. */
export function noteLocks(image: ProcessSnapshot, log: StructureLog): void {
  const lwps = new Set(image.threads.map(({ lwp }) => lwp));
  for (const thread of image.threads) {
    const address = futexCallOf(image, thread)?.address;
    if (address === undefined) continue;
    const isMutex = looksLikeMutex(address, image.memory, (lwp) => lwps.has(lwp));
    log.add(Number(address), isMutex ? mutexBytes : wordBytes);
  }
}
