import { readFileSync } from "node:fs";
import type { Heap } from "../../analyzer/heap/heap";
import { openBytes } from "./openBytes";

/** Indexes a small dump file in this thread. */
export async function openFile(path: string): Promise<Heap> {
  return (await openBytes(readFileSync(path))).heap;
}
