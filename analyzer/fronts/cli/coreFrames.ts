import { formatCount } from "../../base/figures";
import type { CoreFrame } from "../../protocol/core/stacks";
import { frameMarks } from "../frameMarks";

/** The fields of a frame that the JSON schema promises. */
export function jsonFrame(frame: CoreFrame): Record<string, unknown> {
  const { pc, function: name, file, line, inlined, module, guessed, tailCall, repeats } = frame;
  const { scanned, unverified, mismatched, restsOn, language, how, caution, locks } = frame;
  return {
    pc,
    ...(name === undefined ? {} : { function: name }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    inlined,
    ...(module === undefined ? {} : { module }),
    guessed,
    ...(scanned === true ? { scanned } : {}),
    ...(unverified === true ? { unverified } : {}),
    ...(mismatched === true ? { mismatched } : {}),
    ...(restsOn === undefined ? {} : { restsOn }),
    ...(tailCall === true ? { tailCall } : {}),
    ...(repeats === undefined ? {} : { repeats }),
    ...(language === undefined ? {} : { language }),
    ...(how === undefined ? {} : { how }),
    ...(caution === undefined ? {} : { caution }),
    ...(locks === undefined ? {} : { locks }),
  };
}

export function textOfWait(wait: string | undefined): string[] {
  return wait === undefined ? [] : [`  ${wait}`];
}

/** One line for a frame: `#3   0x55d0 main at crash.cpp:90`; one more before those that repeat. */
export function textOfFrame(frame: CoreFrame): string[] {
  const line = lineOfFrame(frame);
  const locks = (frame.locks ?? []).map((lock) => `         - ${lock}`);
  if (frame.repeats === undefined) return [line, ...locks];
  const { frames, times } = frame.repeats;
  if (frames === 1) return [`${line} ×${formatCount(times)}`, ...locks];
  return [`  the next ${frames} frames stand here ${formatCount(times)} times:`, line, ...locks];
}

function lineOfFrame(frame: CoreFrame): string {
  const { index, pc, function: name, file, line, module } = frame;
  const place = file === undefined ? inModule(module) : ` at ${file}${line === undefined ? "" : `:${line}`}`;
  return `  #${String(index).padEnd(3)} ${pc} ${name ?? "??"}${place}${frameMarks(frame)}`;
}

function inModule(module: string | undefined): string {
  return module === undefined ? "" : ` in ${module}`;
}
