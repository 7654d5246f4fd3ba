import type { Frame } from "../../unwind/stack";
import type { JavaObjects } from "../javaObjects";
import type { JavaCode, JavaCodeFrame } from "./javaCode";
import { locationTypes, type ScopeValue, ScopeValues } from "./scopeValues";

/** Values of a compiled frame, read from its stack. */
export class FrameValues {
  readonly scopeValues: ScopeValues;
  private readonly sp: number;

  constructor(
    private readonly code: JavaCode,
    private readonly objects: JavaObjects,
    private readonly frame: Frame<unknown>,
    private readonly found: JavaCodeFrame,
  ) {
    this.scopeValues = new ScopeValues(code.structs, code.scopes);
    this.sp = Number(frame.registers[code.architecture.stackPointer] ?? 0n);
  }

  /** The object a value is; undefined for null, other values, and those not kept. */
  objectOf(value: ScopeValue): number | undefined {
    const { references } = this.objects;
    if (value.kind === "constantOop") {
      const at = this.scopeValues.constantOopAt(this.found.blob, value.index);
      return at === undefined ? undefined : this.known(references.handleAt(at));
    }
    if (value.kind !== "location") return undefined;
    if (value.type === locationTypes.oop) {
      const at = this.placeOf(value);
      if (at !== undefined) return this.objects.onStackAt(at);
      const word = this.registerOf(value);
      return word === undefined ? undefined : this.objects.inRegister(word);
    }
    if (value.type !== locationTypes.narrowOop) return undefined;
    const at = this.placeOf(value);
    if (at !== undefined) return this.known(references.fieldAt(at));
    const word = this.registerOf(value);
    return word === undefined ? undefined : this.known(references.narrow(Number(BigInt.asUintN(32, word))));
  }

  /** The bits of a value that is not an object; undefined where it is not kept. */
  bitsOf(value: ScopeValue): bigint | undefined {
    if (value.kind === "constant") return BigInt.asUintN(64, value.value);
    if (value.kind !== "location" || value.type === locationTypes.invalid) return undefined;
    const at = this.placeOf(value);
    if (at === undefined) return this.registerOf(value);
    const isShort = value.type === locationTypes.normal;
    const word = isShort ? this.code.words.u32(at) : this.code.words.u64Exact(at);
    return word === undefined || word === -1 ? undefined : BigInt(word);
  }

  private placeOf(value: ScopeValue & { kind: "location" }): number | undefined {
    return value.stackAt === undefined ? undefined : this.sp + value.stackAt;
  }

  private registerOf({ register }: ScopeValue & { kind: "location" }): bigint | undefined {
    return register === this.code.layout.framePointerSlot
      ? this.frame.registers[this.code.architecture.framePointer]
      : undefined;
  }

  private known(object: number | undefined): number | undefined {
    return object !== undefined && this.objects.klassOf(object) !== undefined ? object : undefined;
  }
}
