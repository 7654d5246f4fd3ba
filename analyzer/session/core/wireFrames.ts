import { formatHex } from "../../base/units";
import type { LoadedModule } from "../../core/modules/loadedModule";
import type { Frame } from "../../core/unwind/stack";
import type { CoreFrame } from "../../protocol/core/stacks";
import type { CoreContext } from "./coreContext";

/** gdb's name for it, which people know. */
const signalFrameName = "<signal handler called>";

/** The wire frames of one physical frame: inlined functions first, then the one that holds them. */
export function wireFramesOf(
  context: CoreContext,
  frame: Frame<LoadedModule>,
  _callee?: Frame<LoadedModule>,
): CoreFrame[] {
  const { index, pc, module, isSignalFrame, origin } = frame;
  const base = {
    index,
    pc: formatHex(pc),
    guessed: origin === "guessed",
    signalFrame: isSignalFrame,
    ...(module === undefined ? {} : { module: module.path }),
  };
  if (isSignalFrame) return [{ ...base, function: signalFrameName, inline: 0, inlined: false }];
  const symbols =
    module === undefined
      ? []
      : context.symbolize(module, BigInt.asUintN(64, frame.lookupAddress - module.bias));
  if (symbols.length === 0) return [{ ...base, inline: 0, inlined: false }];
  const binaryModifiedMs = module === undefined ? undefined : context.files.modifiedMs(module);
  return symbols.map(({ function: name, file, md5, line, column, inlined }, inline) => ({
    ...base,
    inline,
    inlined,
    ...(name === undefined ? {} : { function: name }),
    ...(file === undefined ? {} : { file }),
    ...(md5 === undefined ? {} : { md5 }),
    ...(file === undefined || binaryModifiedMs === undefined ? {} : { binaryModifiedMs }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  }));
}
