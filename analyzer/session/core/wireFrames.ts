import { formatHex } from "../../base/units";
import type { LoadedModule } from "../../core/modules/loadedModule";
import type { SymbolFrame } from "../../core/symbols/symbolizer";
import { tailCallsBetween } from "../../core/symbols/tailCalls";
import type { Frame } from "../../core/unwind/stack";
import type { CoreFrame } from "../../protocol/core/stacks";
import type { CoreContext } from "./coreContext";

/** gdb's name for it, which people know. */
const signalFrameName = "<signal handler called>";

/**
 * The wire frames of one physical frame: inlined functions first, then the one that holds them. Before them stand
 * functions that left by a jump to the one below, `callee`, and so have no frame of their own.
 */
export function wireFramesOf(
  context: CoreContext,
  frame: Frame<LoadedModule>,
  callee?: Frame<LoadedModule>,
): CoreFrame[] {
  const { index, pc, module, isSignalFrame, origin, restsOn } = frame;
  const { status, path } = module?.match ?? {};
  const base = {
    index,
    pc: formatHex(pc),
    guessed: origin === "guessed",
    signalFrame: isSignalFrame,
    ...(module === undefined ? {} : { module: module.path }),
    ...(origin === "scanned" ? { scanned: true as const } : {}),
    ...(status === "unverified" ? { unverified: true as const } : {}),
    ...(status === "mismatched" && path !== undefined ? { mismatched: true as const } : {}),
    ...(restsOn === undefined ? {} : { restsOn }),
  };
  if (isSignalFrame) return [{ ...base, function: signalFrameName, inline: 0, inlined: false }];
  if (module === undefined) return [{ ...base, inline: 0, inlined: false }];
  const modifiedMs = context.files.modifiedMs(module);
  const symbols = context.symbolize(module, BigInt(module.relative(frame.lookupAddress)));
  const own =
    symbols.length === 0
      ? [{ ...base, inline: 0, inlined: false }]
      : symbols.map((symbol, inline) => ({ ...base, inline, ...wireSymbolOf(symbol, modifiedMs) }));
  const jumpedIn = callee?.module;
  if (callee === undefined || jumpedIn === undefined || origin !== "cfi" || callee.isSignalFrame) return own;
  const jumpedMs = jumpedIn === module ? modifiedMs : context.files.modifiedMs(jumpedIn);
  // Like gdb: one frame a jump, by the function whose text has it.
  const jumped = tailCallsOf(context, { module, returns: pc }, jumpedIn, callee.lookupAddress).flatMap(
    (after) =>
      context
        .symbolize(jumpedIn, BigInt(after - 1))
        .slice(0, 1)
        .map((symbol) => ({
          ...base,
          module: jumpedIn.path,
          pc: formatHex(BigInt.asUintN(64, BigInt(after) + jumpedIn.bias)),
          tailCall: true as const,
          ...wireSymbolOf(symbol, jumpedMs),
          inlined: false,
        })),
  );
  return [...jumped.map((each, position) => ({ ...each, inline: own.length + position })), ...own];
}

function wireSymbolOf(
  { function: name, file, md5, line, column, inlined }: SymbolFrame,
  binaryModifiedMs: number | undefined,
) {
  return {
    inlined,
    ...(name === undefined ? {} : { function: name }),
    ...(file === undefined ? {} : { file }),
    ...(md5 === undefined ? {} : { md5 }),
    ...(file === undefined || binaryModifiedMs === undefined ? {} : { binaryModifiedMs }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}

/** Link-time addresses after the jumps, innermost first: in the module of the function that is on the stack. */
function tailCallsOf(
  { debugInfo }: CoreContext,
  caller: { readonly module: LoadedModule; readonly returns: bigint },
  jumpedIn: LoadedModule,
  called: bigint,
): readonly number[] {
  const calling = debugInfo.of(caller.module);
  const file = debugInfo.of(jumpedIn);
  if (calling === undefined || file === undefined) return [];
  const addressOf = (name: string) => jumpedIn.symbols.named(name)?.address;
  return tailCallsBetween(
    { file: calling, returns: caller.module.relative(caller.returns) },
    { file, called: jumpedIn.relative(called), addressOf },
  );
}
