import type { ParseArgsConfig } from "node:util";
import type { CoreOptions } from "../../protocol/dump/open";

/** Options that say where the files of a core's modules are: of its Java heap too, which only libjvm makes readable. */
export const moduleFlags = {
  program: { type: "string" },
  sysroot: { type: "string" },
  "debug-info": { type: "string", multiple: true },
  "allow-mismatch": { type: "boolean" },
  debuginfod: { type: "string", multiple: true },
  "debuginfod-over-http": { type: "boolean" },
} as const satisfies ParseArgsConfig["options"];

export const moduleOptionsUsage = `  --program FILE      of a core: the executable that crashed
  --sysroot DIR       root of an unpacked image of the machine that crashed
  --debug-info DIR    further folder with libraries or debug information (repeatable)
  --allow-mismatch    use files of another build when there are no right ones
  --debuginfod URL    ask this debuginfod server for missing files (repeatable)
  --debuginfod-over-http  ask them over plain http too; else only https, or this machine`;

export function moduleOptionsOf(values: Readonly<Record<string, unknown>>): CoreOptions {
  const text = (name: string) => (typeof values[name] === "string" ? values[name] : undefined);
  const program = text("program");
  const sysroot = text("sysroot");
  const debugInfoPaths = textsIn(values["debug-info"]);
  const debuginfodUrls = textsIn(values["debuginfod"]);
  return {
    ...(program === undefined ? {} : { program }),
    ...(sysroot === undefined ? {} : { sysroot }),
    ...(debugInfoPaths.length === 0 ? {} : { debugInfoPaths }),
    ...(debuginfodUrls.length === 0 ? {} : { debuginfodUrls }),
    ...(values["debuginfod-over-http"] === true ? { debuginfodOverHttp: true } : {}),
    ...(values["allow-mismatch"] === true ? { allowMismatch: true } : {}),
  };
}

/** Of an option that may be given several times. */
export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
