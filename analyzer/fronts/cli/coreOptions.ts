import type { OpenOptions } from "../../protocol/dump/open";
import { type Command, type Invocation, openOptionsOf } from "./command";
import { moduleOptionsUsage, textsIn } from "./moduleOptions";

/** Options of verbs that open cores as processes, beside the ones every dump has. */
export const coreFlags = {
  printers: { type: "string", multiple: true },
} as const satisfies Command["options"];

export const printersUsage = "  --printers FILE     show values by the rules of this file (repeatable)";

/** For verbs that take nothing but cores. */
export const coreOptionsUsage = `${moduleOptionsUsage}
${printersUsage}`;

export function coreOpenOptionsOf(invocation: Invocation): OpenOptions {
  const options = openOptionsOf(invocation);
  const printerFiles = textsIn(invocation.values["printers"]);
  return printerFiles.length === 0 ? options : { ...options, core: { ...options.core, printerFiles } };
}
