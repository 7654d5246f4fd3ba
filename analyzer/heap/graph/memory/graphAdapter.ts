import type { ByteSource } from "../../../base/byteSource";
import type { ProblemList } from "../../../base/problems";
import type { Work } from "../../../base/work";
import type { MemoryGraphNames, NamedMemoryGraph } from "./graphNames";

/** What the adapter of a format gives whose whole graph fits memory. */
export interface GraphAdapter<Columns extends { readonly graph: NamedMemoryGraph }> {
  /**
   * Reads a dump once. What it returns is plain data and shared memory, so that other threads can attach it.
   * @throws ExhumeError `damaged` with the offset when nothing can be shown
   */
  read(source: ByteSource, problems: ProblemList, work: Work): Columns;
  /** Opens what was read; names and labels may be read from the dump when they are asked for. */
  namesOf(columns: Columns, source: ByteSource): MemoryGraphNames;
}
