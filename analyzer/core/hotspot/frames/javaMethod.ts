import { javaClassName } from "../../../base/javaClassName";
import { symbolText } from "../klassTable";
import { type PackedForm, PackedNumbers, packedFormOf } from "../packedNumbers";
import type { VmStructs } from "../vmStructs";

/** A method as the JVM describes it. */
export interface JavaMethod {
  /** Of the `Method`. */
  readonly address: number;
  /** Of its `ConstMethod`. */
  readonly constMethod: number;
  /** Of its constant pool. */
  readonly constants: number;
  /** As Java writes it: `com.example.Outer$Inner`. */
  readonly className: string;
  readonly name: string;
  /** `(Ljava/lang/String;I)V` */
  readonly signature: string;
  /** Name of the source file, when it was compiled with it. */
  readonly file?: string;
  readonly isNative: boolean;
  readonly isStatic: boolean;
  /** [start, end) of its bytecodes. */
  readonly code: { readonly start: number; readonly end: number };
  readonly flags: number;
}

const accessStatic = 0x0008;
const accessNative = 0x0100;
/** A class file has less. */
const mostCodeBytes = 0xffff;
/** Entries of a line table that are read for one method. */
const mostLineEntries = 0x1_0000;
/** A mark and two packed numbers. */
const bytesOfPair = 11;

/** Methods of a JVM, each read once. */
export class JavaMethods {
  private readonly known = new Map<number, JavaMethod | undefined>();
  private readonly form: PackedForm;
  private readonly constMethodBytes: number | undefined;
  private readonly constantPoolBytes: number | undefined;

  constructor(readonly structs: VmStructs) {
    this.form = packedFormOf(structs);
    this.constMethodBytes = structs.sizeOfType("ConstMethod");
    this.constantPoolBytes = structs.sizeOfType("ConstantPool");
  }

  /** @returns undefined when no `Method` is at the address: all that it leads to has to fit together */
  at(address: number): JavaMethod | undefined {
    if (!this.known.has(address)) {
      if (this.known.size > 200_000) this.known.clear();
      this.known.set(address, this.read(address));
    }
    return this.known.get(address);
  }

  /** Bytecode index of an address in a method's code; undefined outside of it. */
  bytecodeIndexOf({ code }: JavaMethod, address: number): number | undefined {
    return address >= code.start && address < code.end ? address - code.start : undefined;
  }

  /** From 1; undefined when the method was compiled without lines, or the index is not one. */
  lineAt(method: JavaMethod, bytecodeIndex: number): number | undefined {
    if (method.isNative || bytecodeIndex < 0 || (method.flags & this.flag("_has_linenumber_table", 1)) === 0)
      return undefined;
    const { words } = this.structs;
    const from = method.code.end;
    let found: number | undefined;
    let at = 0;
    let position = 0;
    let line = 0;
    for (let entry = 0; entry < mostLineEntries; entry++) {
      const first = words.u8(from + at);
      if (first <= 0) break;
      if (first === 0xff) {
        const byteAt = (each: number) => words.u8(from + each);
        const pair = new PackedNumbers(byteAt, at + bytesOfPair, this.form, at + 1);
        position += pair.nextSigned();
        line += pair.nextSigned();
        at = pair.position;
      } else {
        position += first >> 3;
        line += first & 7;
        at++;
      }
      if (position > bytecodeIndex) break;
      found = line;
    }
    return found !== undefined && found > 0 ? found : undefined;
  }

  /** A flag of `ConstMethod`, by the constants of this JVM. */
  flag(name: string, usual: number): number {
    return (
      this.structs.constant(`ConstMethod::${name}`) ??
      this.structs.constant(`ConstMethodFlags::_misc${name}`) ??
      usual
    );
  }

  /** The text at an index of a constant pool. */
  textAt(constants: number, index: number): string | undefined {
    if (this.constantPoolBytes === undefined || index <= 0) return undefined;
    const slot = this.structs.wordAt(constants + this.constantPoolBytes + 8 * index);
    // The lowest bit of a slot once marked unresolved classes.
    return slot === undefined ? undefined : symbolText(this.structs, slot - (slot % 2));
  }

  private read(address: number): JavaMethod | undefined {
    const { structs, constMethodBytes } = this;
    if (constMethodBytes === undefined || address <= 0 || address % 8 !== 0) return undefined;
    const constMethod = structs.word(address, ["Method", "_constMethod"]);
    const constants = structs.word(constMethod, ["ConstMethod", "_constants"]);
    if (!constMethod || !constants || constMethod % 8 !== 0 || constants % 8 !== 0) return undefined;
    const holder = structs.word(constants, ["ConstantPool", "_pool_holder"]);
    const className = symbolText(structs, structs.word(holder, ["Klass", "_name"]));
    const name = this.textAt(constants, this.short(constMethod, "_name_index"));
    const signature = this.textAt(constants, this.short(constMethod, "_signature_index"));
    const codeBytes = this.short(constMethod, "_code_size");
    const access = this.accessOf(address);
    if (className === undefined || name === undefined || signature === undefined || access === undefined)
      return undefined;
    if (!signature.startsWith("(") || codeBytes < 0 || codeBytes > mostCodeBytes) return undefined;
    const fileIndex = structs.offset(["ConstantPool", "_source_file_name_index"]);
    const fileOfKlass = structs.offset(["InstanceKlass", "_source_file_name_index"]);
    const file =
      fileIndex !== undefined
        ? this.textAt(constants, structs.words.u16(constants + fileIndex))
        : fileOfKlass !== undefined && holder
          ? this.textAt(constants, structs.words.u16(holder + fileOfKlass))
          : undefined;
    const flagsAt = structs.offset(["ConstMethod", "_flags"], ["ConstMethod", "_flags._flags"]);
    const start = constMethod + constMethodBytes;
    return {
      address,
      constMethod,
      constants,
      className: javaClassName(className),
      name,
      signature,
      ...(file === undefined ? {} : { file }),
      isNative: (access & accessNative) !== 0,
      isStatic: (access & accessStatic) !== 0,
      code: { start, end: start + codeBytes },
      flags: flagsAt === undefined ? 0 : Math.max(0, structs.words.u16(constMethod + flagsAt)),
    };
  }

  /** A field of two bytes of a `ConstMethod`; -1 when it is not there. */
  short(constMethod: number, field: string): number {
    const at = this.structs.offset(["ConstMethod", field]);
    return at === undefined ? -1 : this.structs.words.u16(constMethod + at);
  }

  private accessOf(method: number): number | undefined {
    const at = this.structs.offset(["Method", "_access_flags"]);
    if (at === undefined) return undefined;
    const flags = this.structs.words.u16(method + at);
    return flags < 0 ? undefined : flags;
  }
}
