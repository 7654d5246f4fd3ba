import { moduleNameOf } from "../modules/processModule";
import type { ProcessSnapshot } from "../processSnapshot";
import { findTexts } from "./programTexts";

/** The allocator a process used. */
export interface Allocator {
  readonly name: AllocatorName;
  /** What it was told by. */
  readonly evidence: string;
  /** True when `walkMallocHeap` can read it. */
  readonly isWalked: boolean;
}

export type AllocatorName = "glibc" | "musl" | "jemalloc" | "tcmalloc" | "mimalloc" | "go" | "unknown";

/** Says whether the executable's symbol tables have a name; there is none for a stripped program. */
export type HasSymbol = (name: string) => boolean;

/** How each allocator gives itself away when it is a library, and when it is linked into the program. */
const signs: readonly {
  readonly name: AllocatorName;
  readonly library?: RegExp;
  readonly symbols: readonly string[];
  /** Texts only this allocator has: names of its settings and heads of its messages. */
  readonly texts: readonly string[];
}[] = [
  {
    name: "jemalloc",
    library: /jemalloc/,
    symbols: ["mallctlnametomib", "je_mallctl", "_rjem_mallctl", "je_malloc_stats_print"],
    texts: ["<jemalloc>: "],
  },
  {
    name: "tcmalloc",
    library: /tcmalloc/,
    symbols: [
      "tc_malloc",
      "MallocExtension_ReleaseFreeMemory",
      "TCMallocInternalMalloc",
      "TCMallocInternalNew",
    ],
    texts: [
      "TCMALLOC_MAX_TOTAL_THREAD_CACHE_BYTES",
      "TCMALLOC_RELEASE_RATE",
      "TCMALLOC_LEGACY_SIZE_CLASSES",
      "N8tcmalloc13AddressRegionE",
    ],
  },
  {
    name: "mimalloc",
    library: /mimalloc/,
    symbols: ["mi_malloc", "mi_option_get"],
    texts: ["mimalloc: "],
  },
  { name: "go", symbols: ["runtime.mallocgc"], texts: ["\xff Go buildinf:"] },
  {
    name: "musl",
    symbols: ["__libc_malloc_impl", "__malloc_donate", "__bin_chunk"],
    texts: [],
  },
];

/**
 * Tells the allocator: by a library that is mapped (LD_PRELOAD included), else by the symbols of the program it is
 * linked into, else by texts only it has in the program's constants.
 */
export function allocatorOf(image: ProcessSnapshot, hasSymbol: HasSymbol): Allocator {
  const names = image.modules.map(moduleNameOf);
  for (const { name, library } of signs) {
    const found = library === undefined ? undefined : names.find((each) => library.test(each));
    if (found !== undefined)
      return {
        name,
        evidence: `${found} is loaded; glibc's own heap may still hold some blocks`,
        isWalked: false,
      };
  }
  // musl's library is its loader too; a libc.so without a version is nobody else's.
  const musl = names.find((name) => /^(ld-musl|libc\.musl|libc\.so$)/.test(name));
  if (musl !== undefined) return { name: "musl", evidence: `${musl} is loaded`, isWalked: false };
  const linked = linkedInto(image, hasSymbol);
  if (linked !== undefined) return linked;
  const glibc = names.find((name) => /^libc[.-]/.test(name));
  if (glibc !== undefined) return { name: "glibc", evidence: `${glibc} is loaded`, isWalked: true };
  return {
    name: "unknown",
    evidence: "no C library is among the modules: a static program, perhaps",
    isWalked: true,
  };
}

function linkedInto(image: ProcessSnapshot, hasSymbol: HasSymbol): Allocator | undefined {
  const program = image.modules.find(({ kind }) => kind === "executable");
  if (program === undefined) return undefined;
  const where = moduleNameOf(program);
  for (const { name, symbols } of signs) {
    const found = symbols.find(hasSymbol);
    if (found !== undefined)
      return { name, evidence: `${where} is linked with it: it has ${found}`, isWalked: false };
  }
  const [text] = findTexts(
    image,
    program,
    signs.flatMap(({ texts }) => texts),
    1,
  ).texts;
  const sign = signs.find(({ texts }) => text !== undefined && texts.includes(text));
  if (sign === undefined) return undefined;
  return {
    name: sign.name,
    evidence: `${where} is linked with it: it holds the text “${text!.replaceAll(/[^ -~]/g, "").trim()}”`,
    isWalked: false,
  };
}
