import { Attr, Tag } from "../../formats/dwarf/constants";
import type { DebugFile, Die } from "../../formats/dwarf/dies";
import { NamedEntries } from "../../formats/dwarf/namedEntries";
import { qualifiedNameOf } from "../../formats/dwarf/names";
import { orReport } from "../../formats/dwarf/sections";
import { type DebugType, readType, strippedType } from "../../formats/dwarf/types";
import type { FloatRegisters } from "../architectures/shape";
import type { LoadedProcess } from "../loadedProcess";
import type { LoadedModule } from "../modules/loadedModule";
import type { ThreadSnapshot } from "../processSnapshot";
import { demangledFunctionName } from "../symbols/demangle/demangle";
import { type DebugFrame, symbolize } from "../symbols/symbolize";
import { compiledFunctionAt } from "./frameContext";
import type { MachineFrame } from "./machineFrame";
import { goPointerPrinter } from "./printers/go";
import { runtimeTypeName } from "./printers/goTypes";
import { findPrinter } from "./printers/printers";
import type { ProcessView } from "./processView";
import { wideRegisterBytes } from "./registers/registerValues";
import { RuntimeTypes } from "./runtimeTypes";

const recordTags = [Tag.structureType, Tag.classType, Tag.unionType, Tag.enumerationType];

const goTypeTags = [Tag.structureType, Tag.baseType, Tag.pointerType, Tag.typedef];

/** A core as values are read from it: frames, memory, names, types. */
export class CoreView implements ProcessView {
  private readonly names = new Map<DebugFile, NamedEntries>();
  private readonly complete = new Map<string, DebugType>();

  readonly pointerPrinterOf = goPointerPrinter;
  private readonly runtimeTypes = new Map<DebugFile, RuntimeTypes>();
  readonly printerOf: ProcessView["printerOf"];

  constructor(
    readonly core: LoadedProcess,
    private readonly debugOf: (module: LoadedModule) => DebugFile | undefined,
    printerOf: ProcessView["printerOf"] = findPrinter,
  ) {
    this.printerOf = printerOf;
  }

  get pointerBytes(): 4 | 8 {
    return this.core.image.architecture.pointerBytes;
  }

  get littleEndian(): boolean {
    return this.core.image.architecture.littleEndian;
  }

  get floats(): FloatRegisters | undefined {
    return this.core.image.architecture.floats;
  }

  readMemory(address: bigint, length: number): Uint8Array | undefined {
    const bytes = this.core.image.memory.bytes(BigInt.asUintN(64, address), length);
    return bytes.length === length ? bytes : undefined;
  }

  describeAddress(address: bigint): string | undefined {
    const module = this.core.moduleAt(address);
    if (module === undefined) return undefined;
    const relative = module.relative(address);
    const { symbols } = module;
    const symbol = module.isCode(address) ? symbols.functionAt(relative) : symbols.objectAt(relative);
    if (symbol === undefined) return undefined;
    const name = demangledFunctionName(symbol.name) ?? symbol.name;
    return relative === symbol.address ? name : `${name}+${relative - symbol.address}`;
  }

  /** Declarations are looked up by name once; what is not found stays a declaration. */
  completeType(type: DebugType): DebugType {
    const record = strippedType(type);
    if (record.kind !== "record" || !record.isDeclaration || record.name === "") return type;
    if (record.die === undefined) return type;
    const { unit } = record.die;
    const known = this.complete.get(record.name);
    if (known !== undefined) return known;
    const accepts = (die: Die) => !die.flag(Attr.declaration) && qualifiedNameOf(die) === record.name;
    const found = this.namesOf(unit.file).find(record.name, recordTags, { near: unit, accepts });
    const complete = found === undefined ? type : orReport(unit.file.problems, type, () => readType(found));
    if (this.complete.size > 10_000) this.complete.clear();
    this.complete.set(record.name, complete);
    return complete;
  }

  nameOfRuntimeType(address: bigint): string | undefined {
    const types = this.core.moduleAt(address)?.go?.types;
    return types && runtimeTypeName(address, types.start, this);
  }

  runtimeType(address: bigint): DebugType | undefined {
    const module = this.core.moduleAt(address);
    const types = module?.go?.types;
    const file = module && this.debugOf(module);
    if (module === undefined || types === undefined || file === undefined) return undefined;
    let known = this.runtimeTypes.get(file);
    if (known === undefined) {
      known = new RuntimeTypes(file);
      this.runtimeTypes.set(file, known);
    }
    // Debug information counts from the first type, or from where the file is linked to.
    const placed = known.at(Number(address - types.start)) ?? known.at(module.relative(address));
    if (placed !== undefined) return placed;
    const name = this.nameOfRuntimeType(address);
    const found = name === undefined ? undefined : this.namesOf(file).find(name, goTypeTags);
    return found && orReport(file.problems, undefined, () => readType(found));
  }

  typeNamed(name: string, { unit }: Die): DebugType | undefined {
    const found = this.namesOf(unit.file).find(name, recordTags, { near: unit });
    return found && orReport(unit.file.problems, undefined, () => readType(found));
  }

  functionAt(address: bigint): Die | undefined {
    const module = this.core.moduleAt(address);
    const debug = module && this.debugOf(module);
    return debug && compiledFunctionAt(debug, module.relative(address));
  }

  namesOf(file: DebugFile): NamedEntries {
    let names = this.names.get(file);
    if (names === undefined) {
      names = new NamedEntries(file);
      this.names.set(file, names);
    }
    return names;
  }

  /** The debug information of all modules that have some, the executable's first. */
  *debugModules(): Generator<{ readonly module: LoadedModule; readonly debug: DebugFile }> {
    const modules = [...this.core.modules].sort((a, b) => rank(a) - rank(b));
    for (const module of modules) {
      const debug = this.debugOf(module);
      if (debug !== undefined) yield { module, debug };
    }
  }

  /** Where the symbol tables have a name, the executable's first: what is there stands for all others of the name. */
  symbolNamed(name: string): { readonly address: bigint; readonly isCode: boolean } | undefined {
    for (const module of [...this.core.modules].sort((a, b) => rank(a) - rank(b))) {
      const symbol = module.symbols.named(name);
      if (symbol === undefined || symbol.address === 0) continue;
      const address = BigInt(symbol.address) + module.bias;
      const isCode = module.isCode(address);
      if (isCode || module.isData(address)) return { address, isCode };
    }
    return undefined;
  }

  /** One physical frame of a thread, undefined beyond the end of the stack. */
  machineFrame(thread: ThreadSnapshot, index: number): MachineFrame | undefined {
    const frame = this.core.stackOf(thread).frameAt(index);
    if (frame === undefined) return undefined;
    const { pc, lookupAddress, registers, frameAddress, module } = frame;
    const debug = module && this.debugOf(module);
    return {
      pc,
      lookupAddress,
      registers,
      bias: module?.biasAt(lookupAddress) ?? 0n,
      caller: () => this.machineFrame(thread, index + 1),
      threadLocal: this.threadLocalsOf(module, thread.threadPointer),
      ...(thread.threadPointer !== undefined && { threadPointer: thread.threadPointer }),
      thread,
      ...(index === 0 && {
        isInnermost: true,
        wideRegister: (register: number) => wideRegisterBytes(this.core.image.architecture, thread, register),
      }),
      ...(frameAddress !== undefined && { frameAddress }),
      ...(debug && { debug }),
    };
  }

  /** The functions of a physical frame, innermost first; empty without debug information. */
  functionsOf({ debug, lookupAddress, bias }: MachineFrame): DebugFrame[] {
    if (debug === undefined) return [];
    return symbolize(debug, Number(BigInt.asUintN(64, lookupAddress - bias)));
  }

  /** Where a thread's copies of a module's thread-local variables are, by their offset. */
  threadLocalsOf(module: LoadedModule | undefined, threadPointer: bigint | undefined) {
    return (offset: bigint): bigint | undefined => {
      if (module === undefined || threadPointer === undefined) return undefined;
      const file = module.files.main ?? module.headers;
      const block = file?.threadLocalBlock(module, threadPointer, this.core.image.memory);
      return block === undefined ? undefined : BigInt.asUintN(64, block + offset);
    };
  }
}

function rank({ kind }: LoadedModule): number {
  return kind === "executable" ? 0 : 1;
}
