import { dictionary } from "./dictionary";

const primitiveNames: Readonly<Record<string, string>> = dictionary({
  Z: "boolean",
  C: "char",
  F: "float",
  D: "double",
  B: "byte",
  S: "short",
  I: "int",
  J: "long",
});

/**
 * Turns the JVM's name of a class into the one Java writes: `[Lcom/example/Order;` into `com.example.Order[]`,
 * `[[I` into `int[][]`. Names already written with dots or `[]` (Android) stay.
 */
export function javaClassName(jvmName: string): string {
  let dimensions = 0;
  while (jvmName[dimensions] === "[") dimensions++;
  const rest = jvmName.slice(dimensions);
  let element = rest;
  if (dimensions > 0) {
    if (rest.startsWith("L") && rest.endsWith(";")) element = rest.slice(1, -1);
    else element = primitiveNames[rest] ?? rest;
  }
  // Hidden classes: `Foo$$Lambda+0x…` here, `Foo$$Lambda/0x…` from Class.getName: that slash stays.
  const hidden = /[/+]0x[0-9a-f]+$/i.exec(element);
  const packaged = hidden === null ? element : element.slice(0, hidden.index);
  return packaged.replaceAll("/", ".") + (hidden?.[0].replace("+", "/") ?? "") + "[]".repeat(dimensions);
}
