import { auxiliary } from "../../auxiliaryVector";
import { protection } from "../../memorySegment";
import { moduleNameOf } from "../../modules/processModule";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { Claim } from "../region";

/**
 * Small stretches told by their neighbours, all heuristics: the block with the main thread's thread-local storage,
 * zero-filled data behind a library whose headers are not in the core.
 */
export function recogniseRemaining(image: ProcessSnapshot): Claim[] {
  const claims: Claim[] = [];
  for (const thread of image.threads) {
    if (thread.threadPointer === undefined) continue;
    const segment = image.memory.segmentOf(thread.threadPointer);
    if (segment === undefined || segment.end > 1n << 53n) continue;
    claims.push({
      start: Number(segment.start),
      end: Number(segment.end),
      kind: "thread-local",
      category: "Thread-local storage",
      label: "thread-local storage, loader's memory",
      exact: false,
      lwp: thread.lwp,
    });
  }
  // The kernel put arguments and environment at the top of the first stack, which a runtime may have left.
  const random = image.auxiliaryVector.get(auxiliary.random);
  const first = random === undefined ? undefined : image.memory.segmentOf(random);
  if (first !== undefined && first.end <= 1n << 53n)
    claims.push({
      start: Number(first.start),
      end: Number(first.end),
      kind: "thread-stack",
      category: "Thread stacks",
      label: "first stack of the process, arguments and environment",
      exact: true,
    });
  for (const module of image.modules) {
    // With its headers a module tells exactly where it ends: what follows is somebody else's.
    if (module.headers !== undefined) continue;
    const segment = image.memory.segmentOf(module.end);
    if (segment === undefined || segment.start !== module.end || segment.end > 1n << 53n) continue;
    if ((segment.protection & protection.write) === 0 || segment.end - segment.start > 16n << 20n) continue;
    claims.push({
      start: Number(segment.start),
      end: Number(segment.end),
      kind: "library-bss",
      category: "Libraries",
      label: `${moduleNameOf(module)} bss`,
      exact: false,
      path: module.path,
    });
  }
  return claims;
}
