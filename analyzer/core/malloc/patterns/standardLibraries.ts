import { moduleNameOf } from "../../modules/processModule";
import type { ProcessSnapshot } from "../../processSnapshot";
import { findTexts } from "../programTexts";

/** Whose containers may be in a heap: in those of C programs other things are linked and counted alike. */
export interface StandardLibraries {
  readonly libstdcxx: boolean;
  readonly libcxx: boolean;
}

/** Names of types in programs which a library is linked into. */
const textsOf = {
  libstdcxx: ["N9__gnu_cxx"],
  libcxx: ["NSt3__1", "NSt4__Cr", "NSt6__ndk1"],
  either: ["N10__cxxabiv1"],
} as const;

/** Tells by the modules, else by the program's constants. Where those are not there any may be linked into it. */
export function standardLibrariesOf(image: ProcessSnapshot): StandardLibraries {
  const names = image.modules.map(moduleNameOf);
  const loaded = {
    libstdcxx: names.some((name) => /^libstdc\+\+/.test(name)),
    libcxx: names.some((name) => /^libc\+\+/.test(name)),
  };
  if (loaded.libstdcxx && loaded.libcxx) return loaded;
  const program = image.modules.find(({ kind }) => kind === "executable");
  if (program === undefined) return { libstdcxx: true, libcxx: true };
  const { texts, isRead } = findTexts(image, program, Object.values(textsOf).flat());
  if (!isRead) return { libstdcxx: true, libcxx: true };
  const has = (wanted: readonly string[]) => wanted.some((text) => texts.includes(text));
  const libstdcxx = loaded.libstdcxx || has(textsOf.libstdcxx);
  // A program with libstdc++ has what they share of that one.
  const libcxx = loaded.libcxx || has(textsOf.libcxx) || (!libstdcxx && has(textsOf.either));
  return { libstdcxx, libcxx };
}
