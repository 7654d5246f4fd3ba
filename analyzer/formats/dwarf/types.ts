import { Attr, Encoding, Language, Tag } from "./constants";
import { childrenOf, type Die } from "./dies";
import { inherited, qualifiedNameOf } from "./names";
import { orReport } from "./sections";

/**
 * A type of the program. What it is made of is read when asked for: types refer to each other in circles.
 * Types an expression makes up (`int *` of a cast) have the same shape without an entry behind them.
 */
export type DebugType =
  | {
      readonly kind: "base";
      readonly name: string;
      readonly byteSize: number;
      readonly encoding: number;
      /** A floating-point number of 16 bytes in IEEE's form, not x87's. */
      readonly isQuad?: true;
      /** One of 16 bytes that is the sum of two of 8, as on Power. */
      readonly isPair?: true;
    }
  | {
      readonly kind: "pointer";
      readonly symbol: "*" | "&" | "&&";
      readonly byteSize: number;
      readonly target: () => DebugType;
      /** Rust names its references and boxes itself. */
      readonly name?: string;
    }
  | RecordType
  | ArrayType
  | EnumType
  | { readonly kind: "alias"; readonly name: string; readonly target: () => DebugType }
  | { readonly kind: "qualified"; readonly qualifier: string; readonly target: () => DebugType }
  | {
      readonly kind: "function";
      readonly returns: () => DebugType;
      readonly params: () => DebugType[];
      /** Of Go, where values of functions are addresses of closures: as Go writes the type, and bytes of an address. */
      readonly closure?: { readonly name: string; readonly byteSize: number };
    }
  | {
      readonly kind: "memberPointer";
      readonly byteSize: number;
      readonly owner: () => DebugType;
      readonly target: () => DebugType;
    }
  | { readonly kind: "void" }
  /** No entry, or one Exhume does not know. */
  | { readonly kind: "unknown"; readonly name: string; readonly byteSize?: number };

export interface RecordType {
  readonly kind: "record";
  readonly keyword: "struct" | "class" | "union";
  /** Qualified; empty for types without a name. */
  readonly name: string;
  readonly byteSize: number;
  readonly isDeclaration: boolean;
  /** None of a record that no debug information describes. */
  readonly die?: Die;
  readonly members: () => readonly Member[];
  /** The alternatives of a Rust enum. */
  readonly variants: () => VariantPart | undefined;
}

export interface ArrayType {
  readonly kind: "array";
  readonly element: () => DebugType;
  /** Elements of each dimension, the slowest first, undefined where the program decided it when running. */
  readonly counts: readonly (number | undefined)[];
  readonly name?: string;
  /** Says where the program keeps the lengths it decided when running. */
  readonly die?: Die;
  /** Bytes from one element to the next, where they do not follow each other. */
  readonly stride?: number;
}

export interface EnumType {
  readonly kind: "enum";
  readonly name: string;
  readonly byteSize: number;
  readonly isSigned: boolean;
  /** Every bit by itself; those without a name are not written. */
  readonly isFlags?: true;
  readonly enumerators: () => readonly { readonly name: string; readonly value: bigint }[];
}

export interface Member {
  /** Undefined for bases and for members of an unnamed struct or union. */
  readonly name: string | undefined;
  readonly type: () => DebugType;
  /** From the start of the record, or the expression that computes it (virtual bases). */
  readonly offset: number | Uint8Array;
  /** For bit fields: width, and the lowest bit from the start of the record. */
  readonly bits?: { readonly size: number; readonly offset: number };
  readonly isBase: boolean;
  /** Made by the compiler: a table pointer. */
  readonly isArtificial: boolean;
  readonly die?: Die;
}

export interface VariantPart {
  /** What tells which alternative is there; undefined when there is only one. */
  readonly discriminant: Member | undefined;
  readonly variants: readonly {
    /** Undefined for the alternative that is there when no other is. */
    readonly value: bigint | undefined;
    readonly member: Member;
  }[];
}

const voidType: DebugType = { kind: "void" };
const fortranLetter: DebugType = {
  kind: "base",
  name: "character",
  byteSize: 1,
  encoding: Encoding.unsignedChar,
};
const longestChain = 64;

const damagedType: DebugType = { kind: "unknown", name: "(damaged type)" };

/** The type an entry has by DW_AT_type; `void` when it has none. Damage is reported, and the type then unknown. */
export function typeOf(die: Die): DebugType {
  return reporting(die, damagedType, () => {
    const type = inherited(die, (origin) => origin.reference(Attr.type));
    return type === undefined ? voidType : readType(type);
  });
}

/** What types refer to is read long after they were found: damage there must not surprise whoever looks at a value. */
function reporting<T>(die: Die, instead: T, read: () => T): T {
  return orReport(die.unit.file.problems, instead, read);
}

/** The type an entry is. @throws DwarfDamage */
export function readType(die: Die): DebugType {
  const target = () => typeOf(die);
  const name = die.string(Attr.name);
  const byteSize = die.number(Attr.byteSize);
  const { addressSize } = die.unit.header;
  switch (die.tag) {
    case Tag.baseType:
      return {
        kind: "base",
        name: name ?? "",
        byteSize: byteSize ?? 0,
        encoding: die.number(Attr.encoding) ?? 0,
        ...(byteSize === 16 && longFloatOf(die, name)),
      };
    case Tag.pointerType:
    case Tag.referenceType:
    case Tag.rvalueReferenceType: {
      const symbol = die.tag === Tag.pointerType ? "*" : die.tag === Tag.referenceType ? "&" : "&&";
      return { kind: "pointer", symbol, byteSize: byteSize ?? addressSize, target, ...(name && { name }) };
    }
    case Tag.structureType:
    case Tag.classType:
    case Tag.unionType:
    case Tag.interfaceType:
      return readRecord(die);
    case Tag.arrayType:
      return { kind: "array", element: target, counts: readCounts(die), die, ...(name && { name }) };
    case Tag.stringType:
      return { kind: "array", element: () => fortranLetter, counts: [byteSize], die, ...(name && { name }) };
    case Tag.enumerationType:
      return readEnum(die);
    case Tag.typedef:
      return { kind: "alias", name: qualifiedNameOf(die) ?? "", target };
    case Tag.constType:
      return { kind: "qualified", qualifier: "const", target };
    case Tag.volatileType:
      return { kind: "qualified", qualifier: "volatile", target };
    case Tag.restrictType:
      return { kind: "qualified", qualifier: "restrict", target };
    case Tag.atomicType:
      return { kind: "qualified", qualifier: "_Atomic", target };
    case Tag.immutableType:
      return target();
    case Tag.subroutineType:
    case Tag.subprogram: {
      const isClosure = die.tag === Tag.subroutineType && die.unit.language === Language.go;
      return {
        kind: "function",
        returns: target,
        params: () => reporting(die, [], () => readParams(die)),
        ...(isClosure && { closure: { name: name ?? "func()", byteSize: byteSize ?? addressSize } }),
      };
    }
    case Tag.memberPointerType:
      return readMemberPointer(die);
    default:
      return { kind: "unknown", name: name ?? "?", ...(byteSize !== undefined && { byteSize }) };
  }
}

/** What a type is beneath typedefs and qualifiers. */
export function strippedType(type: DebugType): DebugType {
  let at = type;
  for (let hop = 0; hop < longestChain; hop++) {
    if (at.kind !== "alias" && at.kind !== "qualified") return at;
    at = at.target();
  }
  return { kind: "unknown", name: "a type that refers to itself" };
}

/** Size in bytes; undefined for types that have none (functions, declarations, arrays of unknown length). */
export function byteSizeOf(type: DebugType): number | undefined {
  let at = strippedType(type);
  let elements = 1;
  for (let level = 0; at.kind === "array"; level++) {
    if (level > longestChain) return undefined;
    for (const count of at.counts) {
      if (count === undefined) return undefined;
      elements *= count;
    }
    at = strippedType(at.element());
  }
  const size = ownSizeOf(at);
  return size === undefined ? undefined : size * elements;
}

function ownSizeOf(type: DebugType): number | undefined {
  switch (type.kind) {
    case "record":
      return type.isDeclaration ? undefined : type.byteSize;
    case "base":
    case "pointer":
    case "enum":
    case "memberPointer":
    case "unknown":
      return type.byteSize;
    case "function":
      return type.closure?.byteSize;
    default:
      return undefined;
  }
}

function longFloatOf({ unit }: Die, name: string | undefined): { isQuad?: true; isPair?: true } {
  if (unit.file.longFloats === "quad" || /128|ieee/.test(name ?? "")) return { isQuad: true };
  return unit.file.longFloats === "pair" ? { isPair: true } : {};
}

function readRecord(die: Die): DebugType {
  const signed = die.reference(Attr.signature);
  const own = signed ?? die;
  const keyword = own.tag === Tag.unionType ? "union" : own.tag === Tag.classType ? "class" : "struct";
  return {
    kind: "record",
    keyword,
    name: qualifiedNameOf(own) ?? "",
    byteSize: own.number(Attr.byteSize) ?? 0,
    isDeclaration: own.flag(Attr.declaration),
    die: own,
    members: once(() => reporting(own, [], () => readMembers(own))),
    variants: once(() => reporting(own, undefined, () => readVariants(own))),
  };
}

function readMembers(die: Die): Member[] {
  const members: Member[] = [];
  for (const child of childrenOf(die)) {
    if (child.tag !== Tag.member && child.tag !== Tag.inheritance) continue;
    // Static members of version 4 are declarations; version 5 has variables for them.
    if (child.flag(Attr.external) || child.flag(Attr.declaration)) continue;
    members.push(readMember(child));
  }
  return members;
}

function readMember(die: Die): Member {
  const bits = readBits(die);
  return {
    name: die.string(Attr.name),
    type: once(() => typeOf(die)),
    offset: die.block(Attr.dataMemberLocation) ?? die.number(Attr.dataMemberLocation) ?? 0,
    ...(bits && { bits }),
    isBase: die.tag === Tag.inheritance,
    isArtificial: die.flag(Attr.artificial),
    die,
  };
}

/** Bits from the start of the record; before version 4 they counted from the high end of a storage unit. */
function readBits(die: Die): { size: number; offset: number } | undefined {
  const size = die.number(Attr.bitSize);
  if (size === undefined) return undefined;
  const direct = die.number(Attr.dataBitOffset);
  if (direct !== undefined) return { size, offset: direct };
  const start = (die.number(Attr.dataMemberLocation) ?? 0) * 8;
  const fromHighEnd = die.number(Attr.bitOffset);
  if (fromHighEnd === undefined) return { size, offset: start };
  const storage = (die.number(Attr.byteSize) ?? byteSizeOf(typeOf(die)) ?? 4) * 8;
  // The high end is where the unit begins, or where it ends.
  const offset = die.unit.file.sections.littleEndian ? storage - fromHighEnd - size : fromHighEnd;
  return { size, offset: start + offset };
}

function readVariants(die: Die): VariantPart | undefined {
  for (const part of childrenOf(die)) {
    if (part.tag !== Tag.variantPart) continue;
    const discriminant = part.reference(Attr.discr);
    const variants: VariantPart["variants"][number][] = [];
    for (const variant of childrenOf(part)) {
      if (variant.tag !== Tag.variant) continue;
      for (const child of childrenOf(variant)) {
        if (child.tag !== Tag.member) continue;
        variants.push({ value: variant.constant(Attr.discrValue), member: readMember(child) });
        break;
      }
    }
    return { discriminant: discriminant && readMember(discriminant), variants };
  }
  return undefined;
}

function readCounts(die: Die): (number | undefined)[] {
  const counts: (number | undefined)[] = [];
  for (const child of childrenOf(die)) {
    if (child.tag !== Tag.subrangeType && child.tag !== Tag.enumerationType) continue;
    const count = child.number(Attr.count);
    const upper = child.constant(Attr.upperBound);
    const lower = child.constant(Attr.lowerBound) ?? (isFortran(die) ? 1n : 0n);
    // An array without elements is written with an upper bound of -1, in a form without sign.
    const isEmpty = upper !== undefined && (upper === 0xffff_ffff_ffff_ffffn || upper === 0xffff_ffffn);
    const bound = isEmpty ? -1n : upper;
    counts.push(count ?? (bound === undefined ? undefined : Math.max(0, Number(bound - lower + 1n))));
  }
  return isFortran(die) ? counts.reverse() : counts;
}

function readEnum(die: Die): DebugType {
  const own = die.reference(Attr.signature) ?? die;
  const under = own.reference(Attr.type);
  const base = under && strippedType(readType(under));
  const enumerators = once(() => reporting(own, [], () => readEnumerators(own)));
  const isSigned =
    base?.kind === "base"
      ? base.encoding === Encoding.signed || base.encoding === Encoding.signedChar
      : enumerators().some(({ value }) => value < 0n);
  return {
    kind: "enum",
    name: qualifiedNameOf(own) ?? "",
    byteSize: own.number(Attr.byteSize) ?? (base && byteSizeOf(base)) ?? 4,
    isSigned,
    enumerators,
  };
}

function readEnumerators(die: Die): { name: string; value: bigint }[] {
  const found: { name: string; value: bigint }[] = [];
  for (const child of childrenOf(die)) {
    const value = child.constant(Attr.constValue);
    if (child.tag === Tag.enumerator && value !== undefined)
      found.push({ name: child.string(Attr.name) ?? "", value });
  }
  return found;
}

function readParams(die: Die): DebugType[] {
  const params: DebugType[] = [];
  for (const child of childrenOf(die)) {
    if (child.tag === Tag.formalParameter) params.push(typeOf(child));
  }
  return params;
}

function readMemberPointer(die: Die): DebugType {
  const target = once(() => typeOf(die));
  const owner = once(() => {
    return reporting(die, damagedType, () => {
      const containing = die.reference(Attr.containingType);
      return containing === undefined ? voidType : readType(containing);
    });
  });
  const { addressSize } = die.unit.header;
  // A pointer to a member function is two words: function or table slot, and what to add to `this`.
  const isFunction = strippedType(target()).kind === "function";
  const byteSize = die.number(Attr.byteSize) ?? (isFunction ? 2 : 1) * addressSize;
  return { kind: "memberPointer", byteSize, owner, target };
}

/** The types a template was instantiated with, in order; undefined for values. */
export function templateArgumentsOf(die: Die | undefined): (DebugType | undefined)[] {
  if (die === undefined) return [];
  return reporting(die, [], () => readTemplateArguments(die));
}

function readTemplateArguments(die: Die): (DebugType | undefined)[] {
  const found: (DebugType | undefined)[] = [];
  for (const child of childrenOf(die)) {
    if (child.tag === Tag.templateTypeParameter) found.push(typeOf(child));
    else if (child.tag === Tag.templateValueParameter) found.push(undefined);
    else if (child.tag === Tag.gnuTemplateParameterPack)
      for (const packed of readTemplateArguments(child)) found.push(packed);
  }
  return found;
}

/** The type as the language writes it. */
export function typeName(type: DebugType): string {
  return typeNameAround(type, "", 0);
}

/** C++ writes a declarator around the name it declares: what is inside comes as `inner`. */
function typeNameAround(type: DebugType, inner: string, depth: number): string {
  if (depth > longestChain) return "…";
  const spaced = inner === "" ? "" : /^[*&]/.test(inner) ? ` ${inner}` : inner;
  switch (type.kind) {
    case "base":
    case "enum":
    case "alias":
    case "unknown":
      return (type.name === "" ? unnamed(type.kind) : type.name) + spaced;
    case "record":
      return (type.name === "" ? `${type.keyword} {...}` : type.name) + spaced;
    case "void":
      return `void${spaced}`;
    case "pointer": {
      if (type.name !== undefined) return type.name + spaced;
      const target = type.target();
      const shape = target.kind === "qualified" ? target.target() : target;
      const around = shape.kind === "array" || shape.kind === "function";
      return typeNameAround(target, around ? `(${type.symbol}${inner})` : type.symbol + inner, depth + 1);
    }
    case "qualified": {
      const target = type.target();
      if (target.kind === "pointer" && target.name === undefined)
        return typeNameAround(target, ` ${type.qualifier}${inner}`, depth + 1);
      return `${type.qualifier} ${typeNameAround(target, inner, depth + 1)}`;
    }
    case "array": {
      if (type.name !== undefined) return type.name + spaced;
      const counts = type.counts.map((count) => `[${count ?? ""}]`).join("");
      return typeNameAround(type.element(), ` ${inner}${counts}`, depth + 1);
    }
    case "function": {
      if (type.closure !== undefined) return type.closure.name + spaced;
      const params = type.params().map((param) => typeNameAround(param, "", depth + 1));
      const list = params.length === 0 ? "void" : params.join(", ");
      return typeNameAround(type.returns(), ` ${inner}(${list})`, depth + 1);
    }
    case "memberPointer":
      return memberPointerName(type, inner, depth);
  }
}

function memberPointerName(
  type: DebugType & { kind: "memberPointer" },
  inner: string,
  depth: number,
): string {
  const target = type.target();
  const owner = typeNameAround(type.owner(), "", depth + 1);
  const isFunction = strippedType(target).kind === "function";
  return typeNameAround(target, isFunction ? `(${owner}::*${inner})` : ` ${owner}::*${inner}`, depth + 1);
}

function unnamed(kind: string): string {
  return kind === "enum" ? "enum {...}" : "?";
}

/** True where the first index of an array is the one that runs fastest. */
export function isFortran(die: Die): boolean {
  return fortran.has(die.unit.language);
}

const fortran: ReadonlySet<number> = new Set([
  ...[Language.fortran77, Language.fortran90, Language.fortran95],
  ...[Language.fortran03, Language.fortran08, Language.fortran18],
]);

/** True for types of Rust, which are written in Rust's way. */
export function isRust(die: Die | undefined): boolean {
  return die?.unit.language === Language.rust;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
