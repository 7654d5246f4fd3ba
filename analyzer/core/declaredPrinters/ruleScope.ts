import { ExhumeError } from "../../base/errors";
import { Attr, Tag } from "../../formats/dwarf/constants";
import { childrenOf } from "../../formats/dwarf/dies";
import { orReport } from "../../formats/dwarf/sections";
import {
  type DebugType,
  type RecordType,
  readType,
  strippedType,
  templateArgumentsOf,
} from "../../formats/dwarf/types";
import { evaluateParsed, parsedIn } from "../expressions/evaluate";
import { builtinType } from "../expressions/numberTypes";
import type { ExpressionScope } from "../expressions/scope";
import type { Syntax } from "../expressions/syntax";
import { integerType, pointerType } from "../values/madeTypes";
import { computedValue, memberValue } from "../values/partValues";
import type { ProcessView } from "../values/processView";
import { readInteger } from "../values/readValue";
import { findMember } from "../values/records";
import type { TypedValue } from "../values/typedValue";
import { templateValuesOf } from "./templateValues";
import type { WorkBudget } from "./workBudget";

const deepestBase = 8;
const typeTags: ReadonlySet<number> = new Set([
  ...[Tag.typedef, Tag.structureType, Tag.classType, Tag.unionType, Tag.enumerationType],
]);

/**
 * What the names in a rule's expressions mean: members of the value, names of `where`, `this`, `$index`, `$node`, types and
 * values the template was made with (`$T1`, `$N2`), and types declared inside the value's class. Nothing else of the
 * program is looked up, and no printer takes part, so that an expression costs what its length says.
 */
export class RuleScope implements ExpressionScope {
  readonly view: ProcessView;
  private readonly parsed = new Map<string, Syntax>();
  private readonly named = new Map<string, TypedValue | undefined>();
  private readonly types = new Map<string, DebugType | undefined>();

  constructor(
    private readonly value: TypedValue,
    private readonly process: ProcessView,
    private readonly budget: WorkBudget,
  ) {
    this.view = {
      pointerBytes: process.pointerBytes,
      littleEndian: process.littleEndian,
      readMemory: (address, length) => process.readMemory(address, length),
      describeAddress: () => undefined,
      completeType: (type) => this.complete(type),
      printerOf: () => undefined,
    };
  }

  /** The value of an expression; undefined where it has none here. */
  evaluate(expression: string): TypedValue | undefined {
    if (!this.budget.spend(1 + (expression.length >> 4))) return undefined;
    try {
      const syntax = this.parsed.get(expression) ?? parsedIn(expression, this);
      this.parsed.set(expression, syntax);
      return evaluateParsed(syntax, this);
    } catch (error) {
      if (error instanceof ExhumeError) return undefined;
      throw error;
    }
  }

  number(expression: string): bigint | undefined {
    const value = this.evaluate(expression);
    const number = value && readInteger(value);
    return typeof number === "bigint" ? number : undefined;
  }

  indexValue(index: number): TypedValue {
    return computedValue(integerType("size_t", this.process.pointerBytes, false), BigInt(index));
  }

  define(name: string, value: TypedValue | undefined): void {
    this.named.set(name, value);
  }

  valueOf(name: string): TypedValue | undefined {
    if (this.named.has(name)) return this.named.get(name);
    const { address } = this.value.storage;
    const found =
      name === "this"
        ? address === undefined
          ? undefined
          : computedValue(pointerType(this.process.pointerBytes, this.value.type), address)
        : findMember(this.value, name, this.view);
    this.named.set(name, found);
    return found;
  }

  registerOf(name: string): TypedValue | undefined {
    const type = strippedType(this.value.type);
    if (type.kind !== "record") return undefined;
    const [, number] = /^N(\d+)$/.exec(name) ?? [];
    if (number !== undefined) return templateValuesOf(type)[Number(number) - 1];
    const base = name === "base" ? type.members().find(({ isBase }) => isBase) : undefined;
    return base === undefined ? this.named.get(`$${name}`) : memberValue(this.value, base, undefined);
  }

  typeOf(name: string): DebugType | undefined {
    if (!this.types.has(name)) this.types.set(name, this.findType(name));
    return this.types.get(name);
  }

  private findType(name: string): DebugType | undefined {
    const type = strippedType(this.value.type);
    if (type.kind !== "record") return undefined;
    const builtin = builtinType(name, this.process.pointerBytes);
    if (builtin !== undefined) return builtin;
    let at: DebugType | undefined = type;
    for (const part of name.split("::")) {
      const holder: DebugType | undefined = at && strippedType(this.complete(at));
      if (holder?.kind !== "record") return undefined;
      const [, number] = /^\$T(\d+)$/.exec(part) ?? [];
      at =
        number === undefined
          ? this.nestedType(holder, part)
          : templateArgumentsOf(holder.die)[Number(number) - 1];
    }
    return at;
  }

  /** A type that a class, or one it is derived from, declares. */
  private nestedType(record: RecordType, name: string): DebugType | undefined {
    let level: RecordType[] = [record];
    for (let depth = 0; depth < deepestBase && level.length > 0; depth++) {
      const next: RecordType[] = [];
      for (const each of level) {
        const { die } = each;
        if (die === undefined || !this.budget.spend(8)) continue;
        const found = orReport(die.unit.file.problems, undefined, () => {
          for (const child of childrenOf(die))
            if (typeTags.has(child.tag) && child.string(Attr.name) === name) return readType(child);
          return undefined;
        });
        if (found !== undefined) return found;
        for (const member of each.members()) {
          const base = member.isBase ? strippedType(this.complete(member.type())) : undefined;
          if (base?.kind === "record") next.push(base);
        }
      }
      level = next;
    }
    return undefined;
  }

  /** Large records cost more to look into. */
  private complete(type: DebugType): DebugType {
    const complete = this.process.completeType(type);
    const plain = strippedType(complete);
    if (plain.kind === "record") this.budget.spend(plain.members().length >> 4);
    return complete;
  }
}
