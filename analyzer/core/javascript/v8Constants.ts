import type { LoadedProcess } from "../loadedProcess";
import type { LoadedModule } from "../modules/loadedModule";
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
  sharedName: ["class_SharedFunctionInfo__name_or_scope_info__Object"],
  sharedScript: [
    "class_SharedFunctionInfo__script_or_debug_info__HeapObject",
    "class_SharedFunctionInfo__script__Object",
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
  bytesType: ["type_ByteArray__BYTE_ARRAY_TYPE"],
  scopeVariables: ["scopeinfo_idx_first_vars"],
  scopeVariableCount: ["scopeinfo_idx_ncontextlocals"],
} as const;

export type V8Constants = Readonly<Record<keyof typeof exported, number>>;

/** The module that V8 is in, with its constants; undefined where it exports none, or lacks one that is needed. */
export function findV8Constants(
  process: LoadedProcess,
): { readonly module: LoadedModule; readonly constants: V8Constants } | undefined {
  const { memory } = process.image;
  const module = process.modules.find(
    (each) => v8File.test(each.path) && each.symbols.named("v8dbg_SmiTagMask") !== undefined,
  );
  if (module === undefined) return undefined;
  const constants: Partial<Record<keyof typeof exported, number>> = {};
  for (const [key, names] of Object.entries(exported)) {
    const symbol = names
      .map((name) => module.symbols.named(`v8dbg_${name}`))
      .find((each) => each !== undefined);
    const value = symbol && memory.u32(BigInt(symbol.address) + module.bias);
    if (value === undefined) return undefined;
    constants[key as keyof typeof exported] = value | 0;
  }
  return { module, constants: constants as V8Constants };
}
