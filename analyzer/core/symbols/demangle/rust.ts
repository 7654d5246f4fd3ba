import { dictionary } from "../../../base/dictionary";
import { demangleRustV0 } from "./rustV0";

/** Readable forms of what the legacy scheme escapes; from the `rustc-demangle` description of the scheme. */
const escapes: Readonly<Record<string, string>> = dictionary({
  SP: "@",
  BP: "*",
  RF: "&",
  LT: "<",
  GT: ">",
  LP: "(",
  RP: ")",
  C: ",",
});

/** The path a Rust compiler encoded, without the hash that makes it unique; undefined when it is not such a symbol. */
export function demangleRust(symbol: string): string | undefined {
  if (symbol.startsWith("_R")) return demangleRustV0(symbol);
  return demangleLegacy(symbol);
}

/** `_ZN` parts `17h` 16 hex digits `E`: a C++ nested name whose last part is a hash. */
function demangleLegacy(symbol: string): string | undefined {
  const match = /^_?_ZN(.+)17h[0-9a-f]{16}E(?:\.llvm\.[0-9A-F]+)?(\..*)?$/.exec(symbol);
  if (match === null) return undefined;
  const parts: string[] = [];
  let rest = match[1]!;
  while (rest !== "") {
    const digits = /^\d{1,5}/.exec(rest)?.[0];
    if (digits === undefined) return undefined;
    const length = Number(digits);
    const part = rest.slice(digits.length, digits.length + length);
    if (length === 0 || part.length < length) return undefined;
    parts.push(unescaped(part));
    rest = rest.slice(digits.length + length);
  }
  return parts.join("::");
}

function unescaped(part: string): string {
  return part
    .replace(/^_(?=\$)/, "")
    .replace(/\$([A-Z]{1,2}|u[0-9a-f]{1,6})\$/g, (whole, name: string) => {
      if (!name.startsWith("u")) return escapes[name] ?? whole;
      const code = Number.parseInt(name.slice(1), 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replace(/\.\./g, "::");
}
