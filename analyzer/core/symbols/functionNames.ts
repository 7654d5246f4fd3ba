import { Language } from "../../formats/dwarf/constants";
import type { Die } from "../../formats/dwarf/dies";
import { linkageNameOf, qualifiedNameOf } from "../../formats/dwarf/names";
import { demangledFunctionName } from "./demangle/demangle";

/**
 * A function's name as debuggers print it in a stack: qualified, with template arguments, without parameters.
 * C++ takes the linker's name, which also names scopes that have no name of their own; Rust the path of modules.
 */
export function functionNameOf(die: Die): string | undefined {
  if (die.unit.language !== Language.rust) {
    const linkage = linkageNameOf(die);
    const demangled = linkage === undefined ? undefined : demangledFunctionName(linkage);
    if (demangled !== undefined) return demangled;
  }
  return qualifiedNameOf(die);
}
