import type { JavaMethod, JavaMethods } from "./javaMethod";

/** A variable of a method, by the table that compilers write when asked to. */
export interface LocalVariable {
  readonly slot: number;
  readonly name: string;
  /** `I`, `Ljava/lang/String;` */
  readonly signature: string;
  readonly isArgument: boolean;
}

/** Entries of `LocalVariableTableElement`: start, length, name, descriptor, signature, slot; two bytes each. */
const wordsOfEntry = 6;
const mostVariables = 65_535;
const mostArguments = 255;

/** Arguments by the method's signature, with names where the table has them, then the other variables in scope. */
export function variablesAt(
  methods: JavaMethods,
  method: JavaMethod,
  bytecodeIndex: number,
): LocalVariable[] {
  const table = tableOf(methods, method);
  const named = table.filter(({ start, length }) => bytecodeIndex >= start && bytecodeIndex < start + length);
  const found: LocalVariable[] = [];
  let slot = 0;
  const add = (signature: string, usual: string) => {
    const own = named.find((each) => each.slot === slot);
    found.push({ slot, name: own?.name ?? usual, signature: own?.signature ?? signature, isArgument: true });
    slot += slotsOf(signature);
  };
  if (!method.isStatic) {
    const signature = `L${method.className.replaceAll(".", "/")};`;
    found.push({ slot: slot++, name: "this", signature, isArgument: true });
  }
  argumentsOf(method.signature).forEach((signature, index) => {
    add(signature, `argument${index + 1}`);
  });
  const end = slot;
  for (const { slot: at, name, signature } of named)
    if (at >= end) found.push({ slot: at, name, signature, isArgument: false });
  return found;
}

/** Long and double take two. */
export function slotsOf(signature: string): number {
  return signature === "J" || signature === "D" ? 2 : 1;
}

/** `(ILjava/lang/String;[J)V`: `I`, `Ljava/lang/String;`, `[J` */
function argumentsOf(signature: string): string[] {
  const found: string[] = [];
  const end = signature.indexOf(")");
  for (let start = 1; start < end && found.length < mostArguments; ) {
    let at = start;
    while (signature[at] === "[") at++;
    const last = signature[at] === "L" ? signature.indexOf(";", at) : at;
    if (last < 0 || last >= end) break;
    found.push(signature.slice(start, last + 1));
    start = last + 1;
  }
  return found;
}

interface TableRow {
  readonly start: number;
  readonly length: number;
  readonly slot: number;
  readonly name: string;
  readonly signature: string;
}

/** Tables stand behind one another at the end of a `ConstMethod`, each with its length last. */
function tableOf(methods: JavaMethods, { constMethod, constants, flags }: JavaMethod): TableRow[] {
  const { structs } = methods;
  const { words } = structs;
  const has = (name: string, usual: number) => (flags & methods.flag(name, usual)) !== 0;
  if (!has("_has_localvariable_table", 4)) return [];
  const bytes = 8 * (structs.int(constMethod, ["ConstMethod", "_constMethod_size"]) ?? 0);
  const annotations = [
    has("_has_method_annotations", 128),
    has("_has_parameter_annotations", 256),
    has("_has_type_annotations", 512),
    has("_has_default_annotations", 1024),
  ].filter(Boolean).length;
  let at = constMethod + bytes - 8 * annotations - 2;
  if (has("_has_generic_signature", 16)) at -= 2;
  /** Goes before a table whose length is at `at`. */
  const pass = (bytesOfEntry: number) => {
    at -= bytesOfEntry * Math.max(0, words.u16(at)) + 2;
  };
  if (has("_has_method_parameters", 32)) pass(4);
  if (has("_has_checked_exceptions", 2)) pass(2);
  if (has("_has_exception_table", 8)) pass(8);
  const count = Math.min(words.u16(at), mostVariables);
  const first = at - 2 * wordsOfEntry * count;
  if (count <= 0 || first <= constMethod) return [];
  const rows: TableRow[] = [];
  for (let index = 0; index < count; index++) {
    const row = first + 2 * wordsOfEntry * index;
    const name = methods.textAt(constants, words.u16(row + 4));
    const signature = methods.textAt(constants, words.u16(row + 6));
    if (name === undefined || signature === undefined) continue;
    rows.push({
      start: words.u16(row),
      length: words.u16(row + 2),
      slot: words.u16(row + 10),
      name,
      signature,
    });
  }
  return rows;
}
