import { dictionary } from "../../../base/dictionary";
/** `<operator-name>` of the Itanium C++ ABI, section 5.1.3: code → what follows `operator`, and how an expression uses it. */
export interface OperatorName {
  readonly text: string;
  readonly use: "unary" | "binary" | "postfix" | "call" | "index" | "ternary" | "other";
}

const table =
  "nw new other|na new[] other|dl delete other|da delete[] other|aw co_await unary|ps + unary|ng - unary|" +
  "ad & unary|de * unary|co ~ unary|pl + binary|mi - binary|ml * binary|dv / binary|rm % binary|" +
  "an & binary|or | binary|eo ^ binary|aS = binary|pL += binary|mI -= binary|mL *= binary|dV /= binary|" +
  "rM %= binary|aN &= binary|oR |= binary|eO ^= binary|ls << binary|rs >> binary|lS <<= binary|" +
  "rS >>= binary|eq == binary|ne != binary|lt < binary|gt > binary|le <= binary|ge >= binary|" +
  "ss <=> binary|nt ! unary|aa && binary|oo || binary|pp ++ postfix|mm -- postfix|cm , binary|" +
  "pm ->* binary|pt -> binary|cl () call|ix [] index|qu ? ternary";

export const operators: ReadonlyMap<string, OperatorName> = new Map(
  // `||` and `|` hold the separator: split only where a code of two letters and a space follow.
  table.split(/\|(?=[a-zA-Z]{2} )/).map((entry) => {
    const [code, text, use] = entry.split(" ") as [string, string, OperatorName["use"]];
    return [code, { text, use }];
  }),
);

/** `<builtin-type>` by its one letter. */
export const builtins: Readonly<Record<string, string>> = dictionary({
  v: "void",
  w: "wchar_t",
  b: "bool",
  c: "char",
  a: "signed char",
  h: "unsigned char",
  s: "short",
  t: "unsigned short",
  i: "int",
  j: "unsigned int",
  l: "long",
  m: "unsigned long",
  x: "long long",
  y: "unsigned long long",
  n: "__int128",
  o: "unsigned __int128",
  f: "float",
  d: "double",
  e: "long double",
  g: "__float128",
  z: "...",
});

/** `<builtin-type>` after a D. */
export const builtinsAfterD: Readonly<Record<string, string>> = dictionary({
  d: "decimal64",
  e: "decimal128",
  f: "decimal32",
  h: "half",
  i: "char32_t",
  s: "char16_t",
  u: "char8_t",
  a: "auto",
  c: "decltype(auto)",
  n: "decltype(nullptr)",
});

/** `<substitution>` with a letter: the name and the last part of it, which constructors repeat. */
export const standardNames: Readonly<Record<string, StandardName>> = dictionary({
  t: { name: "std", last: "std" },
  a: { name: "std::allocator", last: "allocator" },
  b: { name: "std::basic_string", last: "basic_string" },
  s: {
    name: "std::string",
    last: "basic_string",
    full: "std::basic_string<char, std::char_traits<char>, std::allocator<char> >",
  },
  i: {
    name: "std::istream",
    last: "basic_istream",
    full: "std::basic_istream<char, std::char_traits<char> >",
  },
  o: {
    name: "std::ostream",
    last: "basic_ostream",
    full: "std::basic_ostream<char, std::char_traits<char> >",
  },
  d: {
    name: "std::iostream",
    last: "basic_iostream",
    full: "std::basic_iostream<char, std::char_traits<char> >",
  },
});

interface StandardName {
  readonly name: string;
  /** What its constructors are called. */
  readonly last: string;
  /** How it is written before its constructors. */
  readonly full?: string;
}

/** `<special-name>` that is a prefix to a type or an encoding. */
export const specialNames: Readonly<Record<string, string>> = dictionary({
  TV: "vtable for ",
  TT: "VTT for ",
  TI: "typeinfo for ",
  TS: "typeinfo name for ",
  TW: "TLS wrapper function for ",
  TH: "TLS init function for ",
  TA: "template parameter object for ",
  GV: "guard variable for ",
});
