import type { VmStructs } from "./vmStructs";

/** Where a class loader's data and its classes keep what leads from one to the next; undefined where that is not known. */
export interface LoaderLayout {
  /** The first class of a loader. */
  readonly klasses?: number;
  /** From a class to the next one of its loader. */
  readonly nextKlass?: number;
  /** The list of handles the JVM has for a loader. */
  readonly handles?: number;
  /** A byte: 1 for the data of a hidden (once: anonymous) class. */
  readonly hidden?: number;
}

/**
 * The tables of JDK 8 leave out these fields: they stand beside others (classLoaderData.hpp and klass.hpp of 8u, tried on
 * 8u504). The handles stand right before the classes in 11 to 25, right behind them in 8.
 */
const oldFields = { klasses: -32, handles: -24, hidden: -38 } as const;

export function loaderLayoutOf(structs: VmStructs): LoaderLayout {
  const klasses = structs.offset(["ClassLoaderData", "_klasses"]);
  const nextKlass = structs.offset(["Klass", "_next_link"]);
  if (klasses !== undefined) {
    const hidden = structs.offset(
      ["ClassLoaderData", "_has_class_mirror_holder"],
      ["ClassLoaderData", "_is_unsafe_anonymous"],
      ["ClassLoaderData", "_is_anonymous"],
    );
    return {
      klasses,
      handles: klasses - 8,
      ...(nextKlass === undefined ? {} : { nextKlass }),
      ...(hidden === undefined ? {} : { hidden }),
    };
  }
  const next = structs.offset(["ClassLoaderData", "_next"]);
  const loaderOfKlass = structs.offset(["InstanceKlass", "_class_loader_data"]);
  const isOld = structs.staticAddress(["CodeCache", "_heap"]) !== undefined;
  if (!isOld || next === undefined || loaderOfKlass === undefined) return {};
  return {
    klasses: next + oldFields.klasses,
    handles: next + oldFields.handles,
    hidden: next + oldFields.hidden,
    nextKlass: loaderOfKlass - 8,
  };
}
