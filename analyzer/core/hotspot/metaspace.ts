import { klassLists } from "./klassTable";
import type { VmFlags } from "./vmFlags";
import type { VmStructs } from "./vmStructs";

export interface JvmMetaspace {
  /** The archive of shared classes (CDS), when one is mapped. */
  readonly archive?: { readonly start: number; readonly end: number };
  /** Compressed class space. */
  readonly classSpace?: { readonly start: number; readonly end: number };
  /** Base of compressed class pointers. */
  readonly narrowKlassBase: number;
  /** Addresses known to lie in metaspace proper: methods and constant pools of classes. */
  readonly samples: readonly number[];
  readonly classes: number;
  readonly loaders: number;
}

/** Enough to meet every 64 MiB node of metaspace, few enough to read quickly. */
const mostSamples = 500_000;
const archiveAlignment = 16 << 20;

/** Where class metadata is, from the graph of class loaders. */
export function readMetaspace(structs: VmStructs, flags: VmFlags): JvmMetaspace {
  const narrowKlassBase =
    structs.staticWord(
      ["CompressedKlassPointers", "_base"],
      ["CompressedKlassPointers", "_narrow_klass._base"],
      ["Universe", "_narrow_klass._base"],
    ) ?? 0;
  const archiveStart = structs.staticWord(
    ["MetaspaceObj", "_aot_metaspace_base"],
    ["MetaspaceObj", "_shared_metaspace_base"],
  );
  const archiveEnd = structs.staticWord(
    ["MetaspaceObj", "_aot_metaspace_top"],
    ["MetaspaceObj", "_shared_metaspace_top"],
  );
  const archive =
    archiveStart && archiveEnd && archiveEnd > archiveStart
      ? { start: archiveStart, end: archiveEnd }
      : undefined;
  const isCompressed = flags.isSet("UseCompressedClassPointers");
  const bytes = flags.number("CompressedClassSpaceSize");
  // The class space follows the archive, both in the range that compressed class pointers cover.
  const start =
    archive === undefined
      ? narrowKlassBase
      : Math.ceil(Math.max(archive.end, narrowKlassBase) / archiveAlignment) * archiveAlignment;
  const classSpace = isCompressed && bytes && start > 0 ? { start, end: start + bytes } : undefined;
  return {
    ...(archive === undefined ? {} : { archive }),
    ...(classSpace === undefined ? {} : { classSpace }),
    narrowKlassBase,
    ...walkLoaders(structs),
  };
}

function walkLoaders(structs: VmStructs): { samples: number[]; classes: number; loaders: number } {
  const samples: number[] = [];
  let classes = 0;
  let loaders = 0;
  for (const { klasses } of klassLists(structs)) {
    loaders++;
    for (const klass of klasses) {
      classes++;
      // Arrays have no methods: behind their end lies something else.
      const isInstance = (structs.int(klass, ["Klass", "_layout_helper"]) ?? 0) > 0;
      if (isInstance && samples.length < mostSamples) {
        const methods = structs.word(klass, ["InstanceKlass", "_methods"]);
        const constants = structs.word(klass, ["InstanceKlass", "_constants"]);
        if (methods) samples.push(methods);
        if (constants) samples.push(constants);
      }
    }
  }
  return { samples, classes, loaders };
}
