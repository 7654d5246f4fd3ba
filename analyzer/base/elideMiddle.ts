/**
 * The ends of a long list, each step in turn: what a reader needs is where it begins and where it leads.
 * @param more what stands for the steps left out
 */
export function elideMiddle(steps: readonly string[], more: (leftOut: number) => string): readonly string[] {
  const leftOut = steps.length - firstShown - lastShown;
  if (leftOut <= 1) return steps;
  return [...steps.slice(0, firstShown), more(leftOut), ...steps.slice(-lastShown)];
}

const firstShown = 4;
const lastShown = 4;
