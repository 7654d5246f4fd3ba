import { javaClassName } from "../../../base/javaClassName";

/** The name of a class as Java writes it: `int[]` of `[I`, `java.io.File[]` of `[Ljava.io.File;`. Patterns stay. */
export function javaName(name: string): string {
  return /^\[+(?:[BCDFIJSZ]|L[^;]+;)$/.test(name) ? javaClassName(name) : name;
}
