import type { MemoryImage } from "../memoryImage";
import type { LoadedModule } from "../modules/loadedModule";
import type { ProcessSnapshot } from "../processSnapshot";
import { v8File } from "./v8Files";

/** What V8 exports about its own structures for debuggers: `v8dbg_NAME`, one number each. Each has the names it had. */
const exported = {
  frameMarker: ["off_fp_context_or_frame_type", "off_fp_context"],
  frameFunction: ["off_fp_function"],
  frameBytecodes: ["off_fp_bytecode_array"],
  frameBytecodeOffset: ["off_fp_bytecode_offset"],
  entryFrame: ["frametype_EntryFrame"],
  constructEntryFrame: ["frametype_ConstructEntryFrame"],
  smiShift: ["SmiShiftSize"],
  instanceType: ["class_Map__instance_type__uint16_t"],
  functionShared: ["class_JSFunction__shared__SharedFunctionInfo"],
  sharedName: [
    "class_SharedFunctionInfo__name_or_scope_info__Object",
    "class_SharedFunctionInfo__name_or_scope_info__Tagged_Object_",
    "class_SharedFunctionInfo__name_or_scope_info__Tagged_NameOrScopeInfoT_",
  ],
  sharedScript: [
    "class_SharedFunctionInfo__script_or_debug_info__HeapObject",
    "class_SharedFunctionInfo__script__Object",
    "class_SharedFunctionInfo__script__Tagged_HeapObject_",
  ],
  scriptName: ["class_Script__name__Object"],
  scriptSource: ["class_Script__source__Object"],
  stringLength: ["class_String__length__int32_t"],
  stringLetters: ["class_SeqOneByteString__chars__char"],
  consFirst: ["class_ConsString__first__String"],
  consSecond: ["class_ConsString__second__String"],
  slicedParent: ["class_SlicedString__parent__String"],
  slicedOffset: ["class_SlicedString__offset__SMI"],
  thinActual: ["class_ThinString__actual__String"],
  externalResource: ["class_ExternalString__resource__Object"],
  bytecodes: ["class_BytecodeArray__data__uintptr_t"],
  firstNonString: ["FirstNonstringType"],
  representationMask: ["StringRepresentationMask"],
  encodingMask: ["StringEncodingMask"],
  scriptType: ["type_Script__SCRIPT_TYPE"],
  sharedType: ["type_SharedFunctionInfo__SHARED_FUNCTION_INFO_TYPE"],
  scopeType: ["type_ScopeInfo__SCOPE_INFO_TYPE"],
  bytecodeType: ["type_BytecodeArray__BYTECODE_ARRAY_TYPE"],
  bytesType: ["type_TrustedByteArray__TRUSTED_BYTE_ARRAY_TYPE", "type_ByteArray__BYTE_ARRAY_TYPE"],
  /** Behind it, since V8 12, stands the table of positions. */
  bytecodeWrapper: ["class_BytecodeArray__wrapper__Tagged_BytecodeWrapper_"],
  scopeVariables: ["scopeinfo_idx_first_vars"],
  scopeVariableCount: ["scopeinfo_idx_ncontextlocals"],
} as const;

type ConstantName = keyof typeof exported;

/** What some releases do not have. */
const missing: Readonly<Partial<Record<ConstantName, number>>> = { bytecodeWrapper: 24 };

export type V8Constants = Readonly<Record<ConstantName, number>>;

export interface FoundV8 {
  /** The module that V8 is in. */
  readonly module: LoadedModule;
  /** Undefined where it lacks one that is needed. */
  readonly constants: V8Constants | undefined;
}

const known = new WeakMap<ProcessSnapshot, { readonly found: FoundV8 | undefined }>();

/** @returns undefined where no module has V8 with a description of itself */
export function locateV8(image: ProcessSnapshot, modules: readonly LoadedModule[]): FoundV8 | undefined {
  let entry = known.get(image);
  if (entry === undefined) {
    entry = { found: lookForV8(image, modules) };
    known.set(image, entry);
  }
  return entry.found;
}

function lookForV8(
  { memory, architecture }: ProcessSnapshot,
  modules: readonly LoadedModule[],
): FoundV8 | undefined {
  const module = architecture.name === "x86_64" ? modules.find(describesV8) : undefined;
  return module && { module, constants: readConstants(module, memory) };
}

/** Whether a module has V8, with what that says of itself. */
export function describesV8({ path, symbols }: Pick<LoadedModule, "path" | "symbols">): boolean {
  return v8File.test(path) && symbols.named("v8dbg_SmiTagMask") !== undefined;
}

function readConstants(module: LoadedModule, memory: MemoryImage): V8Constants | undefined {
  const constants: Partial<Record<ConstantName, number>> = {};
  for (const [key, names] of Object.entries(exported)) {
    const symbol = names
      .map((name) => module.symbols.named(`v8dbg_${name}`))
      .find((each) => each !== undefined);
    const name = key as ConstantName;
    const value = symbol === undefined ? missing[name] : memory.u32(BigInt(symbol.address) + module.bias);
    if (value === undefined) return undefined;
    constants[name] = value | 0;
  }
  return constants as V8Constants;
}
