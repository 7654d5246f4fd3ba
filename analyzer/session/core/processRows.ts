import { formatHex } from "../../base/units";
import { auxiliaryNameOf, pointsToText } from "../../core/auxiliaryVector";
import { findProcessStrings } from "../../core/processStrings";
import type { ResultOf } from "../../protocol/requests";
import type { CoreContext } from "./coreContext";

/** The auxiliary vector with names, and what the process was started with. */
export function processRows({ image }: CoreContext): ResultOf<"core/process"> {
  const { memory, auxiliaryVector } = image;
  const strings = findProcessStrings(memory, auxiliaryVector);
  return {
    auxiliaryVector: [...auxiliaryVector].map(([tag, value]) => {
      const text = pointsToText(tag) ? memory.text(value, 4096) : undefined;
      return { name: auxiliaryNameOf(tag), value: formatHex(value), ...(text === undefined ? {} : { text }) };
    }),
    arguments: strings.arguments,
    environment: strings.environment.map((entry) => {
      const equals = entry.indexOf("=");
      return equals < 0
        ? { name: entry, value: "" }
        : { name: entry.slice(0, equals), value: entry.slice(equals + 1) };
    }),
  };
}
