import { dictionary } from "../../../base/dictionary";

const primitives: Readonly<Record<string, string>> = dictionary({
  B: "byte",
  C: "char",
  D: "double",
  F: "float",
  I: "int",
  J: "long",
  S: "short",
  Z: "boolean",
});

/** The name of a class as Java writes it: `int[]` of `[I`, `java.io.File[]` of `[Ljava.io.File;`. */
export function javaName(name: string): string {
  const found = /^(\[+)(?:([BCDFIJSZ])|L([^;]+);)$/.exec(name);
  if (found === null) return name;
  const element = found[2] === undefined ? found[3]!.replaceAll("/", ".") : primitives[found[2]]!;
  return element + "[]".repeat(found[1]!.length);
}
