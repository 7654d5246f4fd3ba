import type { OpenOptions } from "../../protocol/dump/open";
import { type Command, type Invocation, openOptionsOf } from "./command";

/** Options that say where the files of a core's modules are, shared by every verb that opens one. */
export const coreFlags = {
  program: { type: "string" },
  sysroot: { type: "string" },
  "debug-info": { type: "string", multiple: true },
  printers: { type: "string", multiple: true },
  "allow-mismatch": { type: "boolean" },
  debuginfod: { type: "string", multiple: true },
  "debuginfod-over-http": { type: "boolean" },
} as const satisfies Command["options"];

export const coreOptionsUsage = `  --program FILE      the executable that crashed
  --sysroot DIR       root of an unpacked image of the machine that crashed
  --debug-info DIR    further folder with libraries or debug information (repeatable)
  --printers FILE     show values by the rules of this file (repeatable)
  --allow-mismatch    use files of another build when there are no right ones
  --debuginfod URL    ask this debuginfod server for missing files (repeatable)
  --debuginfod-over-http  ask them over plain http too; else only https, or this machine`;

/** Core options beside the ones every dump has. */
export function coreOpenOptionsOf(invocation: Invocation): OpenOptions {
  const { values } = invocation;
  const text = (name: string) => (typeof values[name] === "string" ? values[name] : undefined);
  const list = (name: string) =>
    Array.isArray(values[name]) ? values[name].filter((each) => typeof each === "string") : [];
  const program = text("program");
  const sysroot = text("sysroot");
  const debugInfoPaths = list("debug-info");
  const debuginfodUrls = list("debuginfod");
  const printerFiles = list("printers");
  const core = {
    ...(program === undefined ? {} : { program }),
    ...(sysroot === undefined ? {} : { sysroot }),
    ...(debugInfoPaths.length === 0 ? {} : { debugInfoPaths }),
    ...(debuginfodUrls.length === 0 ? {} : { debuginfodUrls }),
    ...(printerFiles.length === 0 ? {} : { printerFiles }),
    ...(values["debuginfod-over-http"] === true ? { debuginfodOverHttp: true } : {}),
    ...(values["allow-mismatch"] === true ? { allowMismatch: true } : {}),
  };
  return { ...openOptionsOf(invocation), ...(Object.keys(core).length === 0 ? {} : { core }) };
}
