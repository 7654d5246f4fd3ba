import type { ByteSource } from "../../base/byteSource";
import { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { readHprofHeader } from "../../formats/hprof/header";
import { readOutline } from "../../formats/hprof/outline";
import { Window } from "../../formats/hprof/window";

/**
 * Texts of the JVM's symbol table: names, and constants of classes, which are there whether or not a String was made of
 * them.
 * @throws ExhumeError `cancelled`
 */
export function symbolTexts(source: ByteSource, work: Work): Iterable<string> {
  return readOutline(new Window(source), readHprofHeader(source), new ProblemList(), work).texts();
}
