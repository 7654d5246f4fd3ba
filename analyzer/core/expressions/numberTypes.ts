import { dictionary } from "../../base/dictionary";
import { Encoding } from "../../formats/dwarf/constants";
import { type DebugType, strippedType } from "../../formats/dwarf/types";

type BaseType = DebugType & { kind: "base" };

const base = (name: string, byteSize: number, encoding: number): BaseType => ({
  kind: "base",
  name,
  byteSize,
  encoding,
});

export const intType = base("int", 4, Encoding.signed);
export const boolType = base("bool", 1, Encoding.boolean);
export const charType = base("char", 1, Encoding.signedChar);
export const doubleType = base("double", 8, Encoding.float);
export const longType = base("long", 8, Encoding.signed);
/** Data of which only the symbol is known. */
export const untypedData: DebugType = { kind: "unknown", name: "data without debug information" };
export const unsignedLongType = base("unsigned long", 8, Encoding.unsigned);

/** Types every program has, by the words C allows for them in any order, and Rust's. */
export function builtinType(name: string, pointerBytes: 4 | 8): DebugType | undefined {
  if (name === "void") return { kind: "void" };
  const rust = /^([iu])(8|16|32|64|128)$/.exec(name);
  if (rust !== null)
    return base(name, Number(rust[2]) / 8, rust[1] === "i" ? Encoding.signed : Encoding.unsigned);
  const single = singleNames[name];
  if (single !== undefined) return single;
  if (name === "usize") return base(name, pointerBytes, Encoding.unsigned);
  if (name === "isize") return base(name, pointerBytes, Encoding.signed);
  const words = name.split(" ");
  if (!words.every((word) => ["unsigned", "signed", "long", "short", "int", "char", "double"].includes(word)))
    return undefined;
  const longs = words.filter((word) => word === "long").length;
  const isUnsigned = words.includes("unsigned");
  if (words.includes("double")) return longs > 0 ? base("long double", 16, Encoding.float) : doubleType;
  if (words.includes("char")) {
    if (isUnsigned) return base("unsigned char", 1, Encoding.unsignedChar);
    return words.includes("signed") ? base("signed char", 1, Encoding.signedChar) : charType;
  }
  const size = longs === 2 ? 8 : longs === 1 ? pointerBytes : words.includes("short") ? 2 : 4;
  return base(name, size, isUnsigned ? Encoding.unsigned : Encoding.signed);
}

const singleNames: Readonly<Record<string, DebugType>> = dictionary({
  bool: boolType,
  _Bool: boolType,
  float: base("float", 4, Encoding.float),
  double: doubleType,
  f32: base("f32", 4, Encoding.float),
  f64: base("f64", 8, Encoding.float),
  char8_t: base("char8_t", 1, Encoding.utf),
  char16_t: base("char16_t", 2, Encoding.utf),
  char32_t: base("char32_t", 4, Encoding.utf),
  wchar_t: base("wchar_t", 4, Encoding.signed),
  __int128: base("__int128", 16, Encoding.signed),
});

export function isFloatType(type: DebugType): boolean {
  const stripped = strippedType(type);
  return stripped.kind === "base" && stripped.encoding === Encoding.float;
}

/** The type of an arithmetic result: C's usual conversions. */
export function commonType(left: DebugType, right: DebugType): BaseType {
  if (isFloatType(left) || isFloatType(right)) return doubleType;
  const a = promoted(left);
  const b = promoted(right);
  if (a.byteSize !== b.byteSize) return a.byteSize > b.byteSize ? a : b;
  return a.encoding === Encoding.unsigned ? a : b;
}

/** Integers narrower than int become int. */
export function promoted(type: DebugType): BaseType {
  const stripped = strippedType(type);
  if (stripped.kind === "base") {
    if (stripped.byteSize < 4) return intType;
    const isSigned = stripped.encoding === Encoding.signed || stripped.encoding === Encoding.signedChar;
    return { ...stripped, encoding: isSigned ? Encoding.signed : Encoding.unsigned };
  }
  if (stripped.kind === "enum" && stripped.byteSize <= 4) return intType;
  return stripped.kind === "pointer" ? unsignedLongType : longType;
}
