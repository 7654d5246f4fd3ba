import type { MappingEvidence, RangeEvidence } from "./evidence";

/** Resident bytes of one owner of mappings. */
export interface ResidentPart {
  readonly name: string;
  readonly group: ResidentGroup;
  readonly bytes: number;
  /** False when a mapping had to be split between owners by length. */
  readonly exact: boolean;
}

/** `category` parts are named by NMT, the others by what the mapping itself shows. */
export type ResidentGroup = "category" | "main heap" | "arenas" | "anonymous" | "stack" | "files" | "shared";

const arenaBytes = 64 * 1024 * 1024;
/** Arenas are mapped where the kernel puts what may lie anywhere: far above the Java heap, which is aligned alike. */
const lowestArena = 2 ** 40;

/**
 * Lays resident mappings over the ranges whose owner is known. What no owner covers is told apart by the mapping:
 * files, `[heap]`, `[stack]`, glibc arenas (64 MiB aligned anonymous ranges), other anonymous memory.
 * @param ranges may overlap (a JVM's class space lies in a bigger reservation): the shortest one wins
 */
export function residencyOf(
  mappings: readonly MappingEvidence[],
  ranges: readonly RangeEvidence[],
): ResidentPart[] {
  const owners = [...ranges].sort((a, b) => a.start - b.start || b.end - a.end);
  const sums = new Map<string, { name: string; group: ResidentGroup; bytes: number; exact: boolean }>();
  const add = (name: string, group: ResidentGroup, bytes: number, exact: boolean) => {
    if (bytes <= 0) return;
    const key = `${group} ${name}`;
    const sum = sums.get(key) ?? { name, group, bytes: 0, exact: true };
    sum.bytes += bytes;
    sum.exact &&= exact;
    sums.set(key, sum);
  };
  const sorted = [...mappings].sort((a, b) => a.start - b.start);
  let firstOwner = 0;
  for (const mapping of sorted) {
    while (firstOwner < owners.length && owners[firstOwner]!.end <= mapping.start) firstOwner++;
    const size = mapping.end - mapping.start;
    let covered = 0;
    let position = mapping.start;
    for (let at = firstOwner; at < owners.length && owners[at]!.start < mapping.end; at++) {
      const owner = owners[at]!;
      const from = Math.max(position, owner.start);
      const to = Math.min(mapping.end, owner.end);
      if (to <= from) continue;
      const whole = from === mapping.start && to === mapping.end;
      add(
        owner.category,
        "category",
        whole ? mapping.rssBytes : (mapping.rssBytes * (to - from)) / size,
        whole,
      );
      covered += to - from;
      position = to;
    }
    const rest = covered === 0 ? mapping.rssBytes : (mapping.rssBytes * (size - covered)) / size;
    const [name, group] = ownerByLooks(mapping);
    add(name, group, rest, covered === 0 || covered === size);
  }
  return [...sums.values()]
    .map((part) => ({ ...part, bytes: Math.round(part.bytes) }))
    .sort((a, b) => b.bytes - a.bytes);
}

function ownerByLooks({ name, start, end, writable }: MappingEvidence): readonly [string, ResidentGroup] {
  if (name === "[heap]") return ["malloc main heap", "main heap"];
  if (name.startsWith("[stack")) return ["Main thread's stack", "stack"];
  if (name.startsWith("[anon:glibc: malloc")) return ["malloc arenas", "arenas"];
  if (name.startsWith("[anon")) return [name, "anonymous"];
  if (name.startsWith("[")) return ["Kernel pages (vdso)", "files"];
  if (/^\/(?:dev\/shm|SYSV|memfd:|dev\/zero)/.test(name)) return ["Shared memory", "shared"];
  if (name !== "") return [fileKind(name), "files"];
  if (writable && start >= lowestArena && start % arenaBytes === 0 && end - start <= arenaBytes)
    return ["malloc arenas", "arenas"];
  return ["Anonymous memory", "anonymous"];
}

function fileKind(name: string): string {
  return /\.so(\.[\d.]+)?$|\.so$|\/bin\//.test(name.replace(/ \(deleted\)$/, ""))
    ? "Libraries and programs"
    : "Mapped files";
}
