type Columns = [keys: Float64Array, values: Float64Array];

/**
 * Two columns in ascending order of the first, equal keys as they were. What comes in long ascending runs, as arenas do,
 * is merged run by run.
 */
export function inOrder(keys: Float64Array, values: Float64Array): Columns {
  let from: Columns = [keys, values];
  let to: Columns = [new Float64Array(keys.length), new Float64Array(keys.length)];
  let ends = runEnds(keys);
  while (ends.length > 1) {
    const merged: number[] = [];
    let start = 0;
    for (let run = 0; run < ends.length; run += 2) {
      const middle = ends[run]!;
      const end = ends[run + 1] ?? middle;
      merge(from, to, start, middle, end);
      merged.push(end);
      start = end;
    }
    ends = merged;
    [from, to] = [to, from];
  }
  return from;
}

/** Where ascending runs end. */
function runEnds(keys: Float64Array): number[] {
  const ends: number[] = [];
  for (let index = 1; index < keys.length; index++) if (keys[index]! < keys[index - 1]!) ends.push(index);
  ends.push(keys.length);
  return ends;
}

/** Merges [start, middle) and [middle, end). */
function merge(
  [keys, values]: Columns,
  [intoKeys, intoValues]: Columns,
  start: number,
  middle: number,
  end: number,
): void {
  let first = start;
  let second = middle;
  for (let at = start; at < end; at++) {
    const isFirst = first < middle && (second >= end || keys[first]! <= keys[second]!);
    const taken = isFirst ? first++ : second++;
    intoKeys[at] = keys[taken]!;
    intoValues[at] = values[taken]!;
  }
}
