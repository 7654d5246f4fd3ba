import { unwatched } from "../../analyzer/base/work";
import type { Heap } from "../../analyzer/heap/heap";
import { leakSuspects } from "../../analyzer/heap/java/leaks/suspects";
import { runQuery } from "../../analyzer/heap/java/query/run";
import { openFile } from "./openFile";
import { verdictDump } from "./verdictDumps";
import { type JudgedProgram, judgeSuspects } from "./verdictScore";
import type { WantedVerdict } from "./wantedVerdicts";

/** Dumps a program of the corpus of verdicts and looks for leaks in it. @throws when it is not in the state it should be in */
export async function judgeProgram(wanted: WantedVerdict, leastJdk = 0): Promise<JudgedProgram> {
  const heap = await openFile(await verdictDump(wanted, leastJdk));
  checkState(heap, wanted);
  return judgeSuspects(wanted, leakSuspects(heap, unwatched).suspects);
}

function checkState(heap: Heap, { program, holds }: WantedVerdict): void {
  if (holds === undefined) return;
  const { className, atLeast, atMost } = holds;
  const count = runQuery(heap, `SELECT x FROM INSTANCEOF ${className} x`, unwatched).total;
  if (count < atLeast || count > atMost)
    throw new Error(`${program} holds ${count} ${className} instead of ${atLeast} to ${atMost}`);
}
