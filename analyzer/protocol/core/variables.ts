import { dump } from "../dump/open";
import { request } from "../request";
import { amount, flag, integer, type Of, object, oneOf, optional, page, words } from "../shapes";
import type { Page } from "../wire";
import type { HexAddress } from "./process";

/** A function in a stack: a physical frame, and which of the functions inlined there, innermost 0. */
const framePlace = {
  lwp: integer,
  /** `CoreFrame.index` */
  frame: amount,
  inline: amount,
  /** The function is one that a runtime tells of: `CoreFrame.language`. */
  managed: optional(flag),
};
const framePlaceShape = object(framePlace);
export type CoreFramePlace = Of<typeof framePlaceShape>;

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

/** What is asked of a frame: the last two of those that a language runtime tells of. */
export const frameScopes = ["arguments", "locals", "globals", "registers", "threadLocals", "thread"] as const;
export type FrameScope = (typeof frameScopes)[number];

/** Values of a core's variables. */
export const coreVariableRequests = {
  /** Variables of a function in a stack, or of the file it was compiled in; the registers of its frame. */
  "core/variables": request({
    dump,
    ...framePlace,
    ...page,
    scope: oneOf(frameScopes),
  }).gives<Page<CoreVariableRow>>(),
  /** The parts of a value. */
  "core/parts": request({ dump, handle: amount, ...page }).gives<Page<CoreVariableRow>>(),
  /** Evaluates an expression in a frame, or without one among the globals. Nothing is run. */
  "core/evaluate": request({
    dump,
    expression: words,
    place: optional(framePlaceShape),
  }).gives<CoreVariableRow>(),
};
