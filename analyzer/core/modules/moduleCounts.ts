import type { ModuleMatch, ModuleStatus } from "./moduleFiles";

/** How many modules of a process have each status. */
export type ModuleCounts = Readonly<Record<ModuleStatus, number>>;

export function moduleCountsOf(modules: readonly { readonly match: ModuleMatch }[]): ModuleCounts {
  const counts = { found: 0, unverified: 0, missing: 0, mismatched: 0 };
  for (const { match } of modules) counts[match.status]++;
  return counts;
}

/** `7 found, 1 unverified`: nothing is said of a status no module has, but for found. */
export function describeModuleCounts(counts: ModuleCounts): string {
  const rest = (["unverified", "missing", "mismatched"] as const).filter((status) => counts[status] > 0);
  return ["found" as const, ...rest].map((status) => `${counts[status]} ${status}`).join(", ");
}
