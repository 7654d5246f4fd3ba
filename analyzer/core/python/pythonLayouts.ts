/**
 * Where CPython keeps what is read here: byte offsets on 64-bit Linux by minor release, which are the same in all of its
 * patch releases. Taken from the debug information of 3.8.18, 3.9.18, 3.10.13, 3.11.7, 3.12.1, 3.13.0, 3.13.18, 3.14.10
 * and 3.15.2. Builds without a GIL and `--with-trace-refs` builds have others.
 */
export interface PythonLayout {
  readonly minor: number;
  readonly runtime: {
    readonly firstInterpreter: number;
    /** `_gil_runtime_state` of all interpreters; since 3.12 each interpreter points at one. */
    readonly gil?: number;
  };
  readonly interpreter: {
    readonly next: number;
    readonly firstThread: number;
    readonly modules: number;
    readonly gilPointer?: number;
  };
  readonly thread: {
    /** Its frame, or what points at that. */
    readonly frame: number;
    readonly threadId: number;
    readonly nativeId?: number;
    /** The exception on its way: the type and after it the value, since 3.12 the value alone. */
    readonly raised: number;
    readonly handled: number;
  };
  readonly code: {
    readonly fileName: number;
    readonly name: number;
    readonly qualifiedName?: number;
    readonly firstLine: number;
    readonly lineTable: number;
    readonly arguments: number;
    readonly keywordArguments: number;
    readonly flags: number;
    readonly locals: CodeLocals;
    /** The first instruction; before 3.11 frames keep numbers of instructions. */
    readonly instructions?: number;
    readonly firstTraceable?: number;
  };
  readonly frame: FrameLayout;
  readonly string: { readonly asciiData: number; readonly data: number };
  readonly tupleItems: number;
  /** First value of a dictionary's own values. */
  readonly dictionaryValues: number;
  readonly cachedKeys: number;
  readonly exceptionTraceback: number;
  readonly generator: { readonly frame: number; readonly state?: number; readonly qualifiedName: number };
}

type CodeLocals =
  | { readonly variables: number; readonly free: number; readonly cells: number }
  | { readonly names: number; readonly kinds: number };

interface FrameLayout {
  readonly code: number;
  readonly previous: number;
  readonly globals: number;
  readonly locals: number;
  /** Number of an instruction before 3.11, then the address of one. */
  readonly instruction: number;
  readonly variables: number;
  /** How the frames that one call of the interpreter's loop runs are told apart. */
  readonly entry: "each" | "flag" | "shim";
  readonly owner?: number;
  readonly entryFlag?: number;
}

const code38 = {
  fileName: 104,
  name: 112,
  firstLine: 40,
  lineTable: 120,
  arguments: 16,
  keywordArguments: 24,
  flags: 36,
  locals: { variables: 72, free: 80, cells: 88 },
} as const;

const frame38 = {
  code: 32,
  previous: 24,
  globals: 48,
  locals: 56,
  instruction: 104,
  variables: 360,
  entry: "each",
} as const;

const python38: PythonLayout = {
  minor: 8,
  runtime: { firstInterpreter: 32, gil: 1152 },
  interpreter: { next: 0, firstThread: 8, modules: 56 },
  thread: { frame: 24, threadId: 176, raised: 88, handled: 144 },
  code: code38,
  frame: frame38,
  string: { asciiData: 48, data: 72 },
  tupleItems: 24,
  dictionaryValues: 0,
  cachedKeys: 872,
  exceptionTraceback: 32,
  generator: { frame: 16, qualifiedName: 56 },
};

const python39: PythonLayout = {
  ...python38,
  minor: 9,
  runtime: { firstInterpreter: 32, gil: 352 },
  interpreter: { next: 0, firstThread: 8, modules: 856 },
  cachedKeys: 864,
};

const python310: PythonLayout = {
  ...python39,
  minor: 10,
  frame: { ...frame38, instruction: 96, variables: 352 },
  cachedKeys: 872,
  generator: { frame: 16, qualifiedName: 48 },
};

const code312 = {
  fileName: 112,
  name: 120,
  qualifiedName: 128,
  firstLine: 68,
  lineTable: 136,
  arguments: 52,
  keywordArguments: 60,
  flags: 48,
  locals: { names: 96, kinds: 104 },
  instructions: 192,
  firstTraceable: 176,
} as const;

const python311: PythonLayout = {
  ...python310,
  minor: 11,
  runtime: { firstInterpreter: 40, gil: 360 },
  interpreter: { next: 0, firstThread: 16, modules: 888 },
  thread: { frame: 56, threadId: 152, nativeId: 160, raised: 96, handled: 120 },
  code: {
    ...code312,
    firstLine: 72,
    arguments: 56,
    keywordArguments: 64,
    instructions: 184,
    firstTraceable: 168,
  },
  frame: {
    code: 32,
    previous: 48,
    globals: 8,
    locals: 24,
    instruction: 56,
    variables: 72,
    entry: "flag",
    owner: 69,
    entryFlag: 68,
  },
  exceptionTraceback: 40,
  generator: { frame: 80, state: 75, qualifiedName: 40 },
};

const frame312 = {
  code: 0,
  previous: 8,
  globals: 24,
  locals: 40,
  instruction: 56,
  variables: 72,
  entry: "shim",
  owner: 70,
} as const;

const python312: PythonLayout = {
  ...python311,
  minor: 12,
  runtime: { firstInterpreter: 40 },
  interpreter: { next: 0, firstThread: 72, modules: 944, gilPointer: 384 },
  thread: { frame: 56, threadId: 136, nativeId: 144, raised: 96, handled: 104 },
  code: code312,
  frame: frame312,
  string: { asciiData: 40, data: 56 },
  cachedKeys: 880,
  generator: { frame: 72, state: 67, qualifiedName: 32 },
};

const python313: PythonLayout = {
  ...python312,
  minor: 13,
  runtime: { firstInterpreter: 632 },
  interpreter: { next: 7264, firstThread: 7344, modules: 7656, gilPointer: 16 },
  thread: { frame: 72, threadId: 152, nativeId: 160, raised: 112, handled: 120 },
  code: { ...code312, instructions: 200, firstTraceable: 184 },
  dictionaryValues: 8,
};

const python314: PythonLayout = {
  ...python313,
  minor: 14,
  runtime: { firstInterpreter: 808 },
  interpreter: { next: 7272, firstThread: 7344, modules: 7688, gilPointer: 16 },
  code: { ...code312, instructions: 208, firstTraceable: 192 },
  frame: { ...frame312, variables: 80, owner: 74 },
  tupleItems: 32,
};

const python315: PythonLayout = {
  ...python314,
  minor: 15,
  runtime: { firstInterpreter: 936 },
  interpreter: { next: 7264, firstThread: 7336, modules: 7592, gilPointer: 16 },
  thread: { frame: 72, threadId: 176, nativeId: 184, raised: 136, handled: 144 },
  cachedKeys: 888,
};

/** Newest first. */
export const pythonLayouts: readonly PythonLayout[] = [
  python315,
  python314,
  python313,
  python312,
  python311,
  python310,
  python39,
  python38,
];
