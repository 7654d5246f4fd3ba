import type { VmStructs } from "./vmStructs";

/**
 * The letter that names of ZGC's types begin with. JDK 21 to 23 have the collector twice: with generations under Z, without
 * under X; the masks of the one that is not used are empty.
 */
export function zLetter(structs: VmStructs): "X" | "Z" {
  return zGlobalAt(structs, "X", "AddressOffsetMask") === undefined ? "Z" : "X";
}

/** Where the value of one of ZGC's variables is; undefined where it has none, or it is 0. */
export function zGlobalAt(structs: VmStructs, letter: "X" | "Z", name: string): number | undefined {
  const type = `${letter}GlobalsForVMStructs`;
  const at = structs.word(structs.staticWord([type, "_instance_p"]), [type, `_${letter}${name}`]);
  return at && structs.wordAt(at) ? at : undefined;
}
