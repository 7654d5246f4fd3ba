import type { HexAddress } from "./coreRequests";
import type { Call, DumpId, Page, PageQuery } from "./wire";

/** A function in a stack: a physical frame, and which of the functions inlined there, innermost 0. */
export interface CoreFramePlace {
  readonly lwp: number;
  /** `CoreFrame.index` */
  readonly frame: number;
  readonly inline: number;
}

/** Names a value that has parts, until the dump is closed or many thousand others were asked for. */
export type CoreValueHandle = number;

export interface CoreVariableRow {
  readonly name: string;
  /** One line; `<optimized out>` and `<absent>` say that there is nothing to show, and why in {@link missing}. */
  readonly value: string;
  readonly type: string;
  /** Present when the value has parts. */
  readonly parts?: {
    readonly handle: CoreValueHandle;
    readonly count: number;
    /** Elements of a sequence, numbered from 0. */
    readonly isIndexed: boolean;
  };
  /** An expression that gives this value in the same frame. */
  readonly expression?: string;
  readonly address?: HexAddress;
  readonly missing?: { readonly kind: "optimizedOut" | "absent"; readonly why: string };
  /** A variable of the same name in an inner block hides it. */
  readonly isShadowed?: boolean;
}

export interface CoreInstruction {
  readonly address: HexAddress;
  /** Hex digits in pairs; absent for memory that is not there. */
  readonly bytes?: string;
  readonly text: string;
  /** Function the instruction is in, on its first one and where the function changes. */
  readonly symbol?: string;
  readonly file?: string;
  readonly line?: number;
}

/** What a debugger asks of a core, beyond stacks and memory. */
export interface CoreDebugRequests {
  /** Variables of a function in a stack, or of the file it was compiled in. */
  "core/variables": Call<
    { readonly dump: DumpId } & CoreFramePlace &
      PageQuery & { readonly scope: "arguments" | "locals" | "globals" },
    Page<CoreVariableRow>
  >;
  /** The parts of a value. */
  "core/parts": Call<
    { readonly dump: DumpId; readonly handle: CoreValueHandle } & PageQuery,
    Page<CoreVariableRow>
  >;
  /** Evaluates an expression in a frame, or without one among the globals. Nothing is run. */
  "core/evaluate": Call<
    { readonly dump: DumpId; readonly expression: string; readonly place?: CoreFramePlace },
    CoreVariableRow
  >;
  /** Instructions from `offset` of them after `address`; always as many as asked for. */
  "core/disassembly": Call<
    {
      readonly dump: DumpId;
      readonly address: HexAddress;
      readonly offset: number;
      readonly count: number;
    },
    { readonly instructions: readonly CoreInstruction[] }
  >;
}
