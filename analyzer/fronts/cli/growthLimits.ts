import { ExhumeError } from "../../base/errors";
import type { LeakShape } from "../../protocol/heap/suspects";
import { type GrowthLimits, leakShapes } from "../../session/heap/checkGrowth";
import { bytesOption, type Invocation, parseBytes } from "./command";

/** Growth that is allowed when nobody says otherwise: what caches and pools of a warm service still move. */
const defaultMaxGrowth = 8 * 1024 * 1024;

/**
 * The limits of `exhume check`, from its options.
 * @throws ExhumeError `invalid` naming the option that is not as it should be
 */
export function limitsOf(values: Invocation["values"]): GrowthLimits {
  const maxGrowth = bytesOption({ values }, "max-growth") ?? defaultMaxGrowth;
  const classLimits: { className: string; bytes: number }[] = [];
  let maxClassGrowth: number | undefined;
  for (const text of manyOf(values, "max-class-growth")) {
    const equals = text.lastIndexOf("=");
    const bytes = parseBytes("max-class-growth", text.slice(equals + 1));
    if (equals < 0) maxClassGrowth = bytes;
    else classLimits.push({ className: text.slice(0, equals), bytes });
  }
  return {
    maxGrowth,
    classLimits,
    ...(maxClassGrowth === undefined ? {} : { maxClassGrowth }),
    failOn: shapesOf(manyOf(values, "fail-on").flatMap((text) => text.split(","))),
  };
}

function manyOf(values: Invocation["values"], name: string): string[] {
  const value = values[name];
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);
}

function shapesOf(names: readonly string[]): LeakShape[] {
  if (names.includes("all")) return [...leakShapes];
  return names
    .map((name) => name.trim())
    .filter((name) => name !== "")
    .map((name) => {
      const shape = leakShapes.find((each) => each === name);
      if (shape === undefined) {
        throw new ExhumeError({
          code: "invalid",
          what: `--fail-on knows ${leakShapes.join(", ")} and all, not ${name}`,
        });
      }
      return shape;
    });
}
