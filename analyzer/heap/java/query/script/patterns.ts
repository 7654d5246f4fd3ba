import { patternInText } from "../../../../base/patterns";
import type { Heap } from "../../../heap";
import type { TextOffset } from "../ast";
import { queryFault } from "../faults";
import { ScriptPattern, type ScriptValue, textOfScript } from "./values";

const compiled = new Map<string, ScriptPattern>();

/** `/pattern/flags`, in linear time: without looking around and references back. */
export function compilePattern(pattern: string, flags: string, at: TextOffset): ScriptPattern {
  const source = `/${pattern}/${flags}`;
  let found = compiled.get(source);
  if (found !== undefined) return found;
  const unknown = /[^gimsuy]/.exec(flags);
  if (unknown !== null) throw queryFault(`${source}: there is no flag ${unknown[0]}`, at);
  const options = {
    ignoreCase: flags.includes("i"),
    everyLine: flags.includes("m"),
    dotMatchesLineEnds: flags.includes("s"),
  };
  try {
    found = new ScriptPattern(source, patternInText(pattern, options));
  } catch (error) {
    throw queryFault(`${source.slice(0, 60)} cannot be used: ${(error as Error).message}`, at);
  }
  if (compiled.size > 100) compiled.clear();
  compiled.set(source, found);
  return found;
}

/** `/x/(text)`, which some engines take for `exec`: the match and its groups, or null. */
export function callPattern(heap: Heap, pattern: ScriptPattern, value: ScriptValue): ScriptValue {
  return pattern.find(textOfScript(heap, value)) ?? null;
}
