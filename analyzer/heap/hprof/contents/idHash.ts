/** Class ids to class indices; of equal ids the first wins. */
export function makeIdHash(ids: readonly bigint[]): ReadonlyMap<bigint, number> {
  const result = new Map<bigint, number>();
  ids.forEach((id, index) => {
    if (id !== 0n && !result.has(id)) result.set(id, index);
  });
  return result;
}
