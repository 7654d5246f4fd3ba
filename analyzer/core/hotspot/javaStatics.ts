import { handleValue } from "./classLoaderData";
import type { JavaObjects } from "./javaObjects";
import { fieldOffset, fieldsOf } from "./klassFields";
import type { Klass } from "./klassTable";

/** The object of a class, which holds its static fields; undefined where it is not in the core. */
export function mirrorOf({ structs, references }: JavaObjects, klass: Klass): number | undefined {
  return (
    handleValue(structs, references, structs.word(klass.address, ["Klass", "_java_mirror"])) || undefined
  );
}

/** The object in a static field; undefined for null, and where the field is missing. */
export function staticObjectOf(objects: JavaObjects, klass: Klass, name: string): number | undefined {
  const mirror = mirrorOf(objects, klass);
  const offset = fieldOffset(objects.structs, klass, name, true);
  if (mirror === undefined || offset === undefined) return undefined;
  return objects.references.fieldAt(mirror + offset) || undefined;
}

/** Static `int` fields of a class by their names. */
export function staticNumbersOf(objects: JavaObjects, klass: Klass): ReadonlyMap<string, number> {
  const mirror = mirrorOf(objects, klass);
  if (mirror === undefined) return new Map();
  return new Map(
    fieldsOf(objects.structs, klass).flatMap(({ name, signature, offset, isStatic }) => {
      const value = isStatic && signature === "I" ? objects.structs.words.i32(mirror + offset) : undefined;
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
