import type { ManagedPart, ManagedValue, ManagedVariable } from "./managedValue";

/** Parts looked through for one that is not found by its number. */
const mostParts = 100_000;
const pageParts = 1000;
const firstStep = /^\s*([\p{L}_$][\p{L}\p{N}_$]*)/u;
const nextStep = /^(\.[\p{L}_$][\p{L}\p{N}_$]*|\[[^\]'"]*\]|\['(?:[^'\\]|\\.)*'\]|\["(?:[^"\\]|\\.)*"\])\s*/u;

/**
 * Follows `name.attribute[3]['key']` through the variables of a frame.
 * @returns undefined for what is not such a path, or leads nowhere
 */
export function managedValueAt(
  path: string,
  variables: readonly ManagedVariable[],
): ManagedValue | undefined {
  const first = firstStep.exec(path);
  if (first === null) return undefined;
  let value = variables.find(({ name }) => name === first[1])?.value;
  let rest = path.slice(first[0].length).trim();
  while (rest !== "" && value !== undefined) {
    const step = nextStep.exec(rest);
    if (step === null) return undefined;
    value = partReachedBy(step[1]!, value)?.value;
    rest = rest.slice(step[0].length);
  }
  return value;
}

function partReachedBy(access: string, { parts }: ManagedValue): ManagedPart | undefined {
  if (parts === undefined) return undefined;
  const number = /^\[(\d{1,15})\]$/.exec(access)?.[1];
  if (parts.isIndexed && number !== undefined) return parts.page(Number(number), 1)[0];
  const most = Math.min(parts.count, mostParts);
  for (let start = 0; start < most; start += pageParts) {
    const found = parts.page(start, Math.min(pageParts, most - start)).find((part) => part.access === access);
    if (found !== undefined) return found;
  }
  return undefined;
}
