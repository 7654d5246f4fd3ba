import { demangleItanium } from "./itanium";
import { demangleRust } from "./rust";

/** The full name a C++ or Rust compiler encoded in a linker's symbol; undefined when it is not such an encoding. */
export function demangle(symbol: string): string | undefined {
  return demangleRust(symbol) ?? demangleItanium(symbol);
}

/** The same without return type and parameters, as a stack shows functions. */
export function demangledFunctionName(symbol: string): string | undefined {
  return demangleRust(symbol) ?? demangleItanium(symbol, { signature: false });
}
