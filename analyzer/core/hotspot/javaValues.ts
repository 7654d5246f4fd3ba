import { javaClassName } from "../../base/javaClassName";
import { formatHex } from "../../base/units";
import type { ManagedPart, ManagedValue } from "../managed/managedValue";
import type { JavaObjects } from "./javaObjects";
import { fieldsOf, type KlassField } from "./klassFields";

const mostTextShown = 200;
const mostSuperclasses = 100;

/** Values of Java in words, with their fields and elements. */
export class JavaValues {
  constructor(private readonly objects: JavaObjects) {}

  /** @param type as the program declared it; the object's own class where it is an object */
  object(object: number | undefined, type: string): ManagedValue {
    if (!object) return { type, text: "null" };
    const klass = this.objects.klassOf(object);
    if (klass === undefined) {
      const why = "no object is there: a collector may have moved it";
      return { type, text: formatHex(BigInt(object)), missing: { missing: "absent", why } };
    }
    const name = this.objects.describe(object);
    const common = { type: name, address: BigInt(object) };
    if (klass.layoutHelper < 0) return { ...common, ...this.array(object, klass.name) };
    const text = this.objects.textOf(object);
    const fields = this.fieldsOf(object);
    return {
      ...common,
      text: text === undefined ? `${name} @ ${formatHex(BigInt(object))}` : quoted(text),
      parts: {
        count: fields.length,
        isIndexed: false,
        page: (start, count) =>
          fields.slice(start, start + count).map(({ name: field, signature, offset }) => ({
            name: field,
            value: this.valueAt(object + offset, signature),
            access: `.${field}`,
          })),
      },
    };
  }

  /** The value in memory that a signature says is there. */
  valueAt(at: number, signature: string): ManagedValue {
    const type = javaTypeOf(signature);
    if (isReferenceSignature(signature)) {
      const object = this.objects.references.fieldAt(at);
      return object === undefined ? absent(type) : this.object(object, type);
    }
    const { words } = this.objects.structs;
    const bytes = bytesOf(signature);
    const bits = bytes === 1 ? words.u8(at) : bytes === 2 ? words.u16(at) : words.u32(at);
    const wide = bytes === 8 ? words.u64Exact(at) : bits < 0 ? undefined : BigInt(bits);
    return wide === undefined ? absent(type) : { type, text: primitiveText(wide, signature) };
  }

  private array(array: number, klassName: string): Pick<ManagedValue, "text" | "parts"> {
    const { objects } = this;
    const element = klassName.slice(1);
    const length = Math.max(0, objects.lengthOf(array) ?? 0);
    const start = objects.elementsOf(array) ?? array;
    const isNarrow = isReferenceSignature(element) && objects.layout.hasNarrowReferences;
    const step = isReferenceSignature(element) ? (isNarrow ? 4 : 8) : bytesOf(element);
    return {
      text: `${javaClassName(klassName).replace("[]", `[${length}]`)} @ ${formatHex(BigInt(array))}`,
      parts: {
        count: length,
        isIndexed: true,
        page: (from, count) =>
          Array.from({ length: Math.max(0, Math.min(count, length - from)) }, (_, index): ManagedPart => {
            const position = from + index;
            const value = this.valueAt(start + step * position, element);
            return { name: `[${position}]`, value, access: `[${position}]` };
          }),
      },
    };
  }

  /** Of its class and those above, a class's own first. */
  private fieldsOf(object: number): KlassField[] {
    const { structs } = this.objects;
    const klass = this.objects.klassOf(object)!;
    const found: KlassField[] = [];
    let count = 0;
    for (const address of structs.list(klass.address, ["Klass", "_super"])) {
      if (count++ > mostSuperclasses) break;
      for (const field of fieldsOf(structs, { ...klass, address })) if (!field.isStatic) found.push(field);
    }
    return found;
  }
}

export function isReferenceSignature(signature: string): boolean {
  return signature.startsWith("L") || signature.startsWith("[");
}

/** `I`: `int`, `[Ljava/lang/String;`: `java.lang.String[]` */
export function javaTypeOf(signature: string): string {
  return signature.startsWith("L")
    ? javaClassName(signature.slice(1, -1))
    : signature.startsWith("[")
      ? javaClassName(signature)
      : javaClassName(`[${signature}`).replace("[]", "");
}

/** A number of Java from its bits. */
export function primitiveText(bits: bigint, signature: string): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, bits));
  switch (signature) {
    case "Z":
      return (bits & 0xffn) === 0n ? "false" : "true";
    case "C": {
      const unit = Number(BigInt.asUintN(16, bits));
      return `${unit} '${String.fromCharCode(unit)}'`;
    }
    case "B":
      return String(BigInt.asIntN(8, bits));
    case "S":
      return String(BigInt.asIntN(16, bits));
    case "F":
      return String(view.getFloat32(4));
    case "D":
      return String(view.getFloat64(0));
    case "J":
      return String(BigInt.asIntN(64, bits));
    default:
      return String(BigInt.asIntN(32, bits));
  }
}

export function absent(type: string): ManagedValue {
  return { type, text: "absent", missing: { missing: "absent", why: "its memory is not in the core" } };
}

export function optimizedOut(type: string): ManagedValue {
  const why = "compiled code keeps it no longer, or has taken it apart";
  return { type, text: "optimized out", missing: { missing: "optimizedOut", why } };
}

function bytesOf(signature: string): number {
  switch (signature) {
    case "Z":
    case "B":
      return 1;
    case "C":
    case "S":
      return 2;
    case "J":
    case "D":
      return 8;
    default:
      return 4;
  }
}

function quoted(text: string): string {
  const shown = text.length > mostTextShown ? `${text.slice(0, mostTextShown)}…` : text;
  return JSON.stringify(shown);
}
