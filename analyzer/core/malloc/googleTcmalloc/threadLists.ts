import type { Work } from "../../../base/work";
import { MemoryWords } from "../../memoryWords";
import { PointerScan } from "../../pointerScan";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { CachedBlocks } from "./cachedBlocks";
import { threadListForms } from "./layout";

/** Words that may turn out to be something else. */
const mostTried = 1 << 20;

type ListForm = (typeof threadListForms)[number];

/**
 * Follows the caches of threads, which there are where processors have none: tables of lists, one for each class, in the
 * memory that describes spans.
 */
export function followThreadCaches(
  image: ProcessSnapshot,
  cached: CachedBlocks,
  describing: readonly (readonly [number, number])[],
  work: Work,
): void {
  const words = new MemoryWords(image.memory, 16 << 10, image.memory.structureLog);
  const links = new MemoryWords(image.memory, 4096, image.memory.structureLog);
  const { spans } = cached.small;
  const seen = new Set<number>();
  let rest = mostTried;
  const last = spans.at(-1);
  if (last === undefined) return;
  const visit = (block: number, at: number) => {
    const sizeClass = cached.classOf(block);
    if (sizeClass === 0 || rest-- < 0) return;
    const form = threadListForms.find(
      (each) =>
        seen.has(at - each.bytes * sizeClass) || isTable(words, cached, at - each.bytes * sizeClass, each),
    );
    const table = form === undefined ? 0 : at - form.bytes * sizeClass;
    if (form === undefined || seen.has(table)) return;
    seen.add(table);
    cached.structures.push([table, table + form.bytes * (cached.classes + 1)]);
    for (let each = 1; each <= cached.classes; each++) {
      const list = table + form.bytes * each;
      let next = words.u64(list);
      for (let rest = words.u32(list + 8); rest > 0 && cached.classOf(next) === each; rest--) {
        cached.free(next);
        next = links.u64(next);
      }
    }
  };
  const scan = new PointerScan(image.memory, spans[0]!.start, last.start + last.bytes, work, visit);
  for (const [start, end] of describing) scan.over(start, end);
}

function isTable(words: MemoryWords, cached: CachedBlocks, table: number, form: ListForm): boolean {
  for (let each = 1; each <= cached.classes; each++) {
    const list = table + form.bytes * each;
    const head = words.u64(list);
    const length = words.u32(list + 8);
    if (words.u32(list + form.most) < 1 || (head === 0) !== (length === 0)) return false;
    if (length !== 0 && cached.classOf(head) !== each) return false;
  }
  return true;
}
