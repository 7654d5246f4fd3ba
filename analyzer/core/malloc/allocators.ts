import type { CoreImage } from "../coreImage";
import { moduleNameOf } from "../modules/coreModule";

/** The allocator a process used; only glibc's heap is walked. */
export interface Allocator {
  readonly name: "glibc" | "musl" | "jemalloc" | "tcmalloc" | "mimalloc" | "unknown";
  /** What it was told by. */
  readonly evidence: string;
  /** True when `walkMallocHeap` can read it. */
  readonly isWalked: boolean;
}

const libraries: readonly (readonly [Allocator["name"], RegExp])[] = [
  ["jemalloc", /jemalloc/],
  ["tcmalloc", /tcmalloc/],
  ["mimalloc", /mimalloc/],
];

/** Tells the allocator by the libraries that are mapped; one linked into the program itself cannot be told so. */
export function allocatorOf(image: CoreImage): Allocator {
  const names = image.modules.map(moduleNameOf);
  for (const [name, pattern] of libraries) {
    const found = names.find((each) => pattern.test(each));
    if (found !== undefined)
      return {
        name,
        evidence: `${found} is loaded; glibc's own heap may still hold some blocks`,
        isWalked: false,
      };
  }
  const musl = names.find((name) => /^(ld-musl|libc\.musl)/.test(name));
  if (musl !== undefined) return { name: "musl", evidence: `${musl} is loaded`, isWalked: false };
  const glibc = names.find((name) => /^libc[.-]/.test(name));
  if (glibc !== undefined) return { name: "glibc", evidence: `${glibc} is loaded`, isWalked: true };
  return {
    name: "unknown",
    evidence: "no C library is among the modules: a static program, perhaps",
    isWalked: true,
  };
}
