import { spawnSync } from "node:child_process";
import { basename, normalize } from "node:path";
import type { CoreFrame } from "../../analyzer/protocol/core/stacks";
import type { CoreContext } from "../../analyzer/session/core/coreContext";
import { backtraceOf } from "../../analyzer/session/core/frames";
import type { GdbFrame, GdbThread } from "./gdb";

/**
 * Where Exhume and gdb 13 differ for a reason. Each frame of gdb's that has no equal one here must be explained by
 * one of these, else the test fails.
 */
const explained: readonly {
  readonly name: string;
  readonly why: string;
  /** The two frames count as equal. */
  readonly equates?: (ours: CoreFrame, theirs: GdbFrame, context: CoreContext) => boolean;
}[] = [
  {
    name: "rows within statements",
    why: "gdb 13 counts only rows of the line table at which a statement begins; addr2line says what is shown here",
    equates: (ours, theirs, context) =>
      baseName(ours.function) === baseName(theirs.function) && isLineOfAddr2line(ours, context),
  },
  {
    name: "aliases",
    why: "several symbols at one address, no debug information: which name is shown is a matter of taste",
    equates: (ours, theirs, context) => {
      const module = context.core.modules.find(({ path }) => path === ours.module);
      if (module === undefined || theirs.file !== null || theirs.function === null) return false;
      const alias = module.symbols.named(theirs.function)?.address;
      return (
        alias !== undefined && alias === module.symbols.functionAt(module.relative(BigInt(ours.pc)))?.address
      );
    },
  },
  {
    name: "internal aliases",
    why: "gdb shows the linkage name glibc gives the copies it calls itself; Exhume shows the source's name",
    equates: (ours, theirs) => theirs.function === `__GI_${ours.function}`,
  },
  {
    name: "numbers of clones",
    why: "gdb leaves the number of a clone out of a name that only a symbol table has",
    equates: (ours, theirs) =>
      theirs.file === null && ours.function?.replace(/\.\d+$/, "") === theirs.function,
  },
  {
    name: "parameters",
    why: "gdb prints parameters and return types of lambdas, Rust functions and names from symbol tables",
    equates: (ours, theirs) => baseName(ours.function) === baseName(theirs.function),
  },
];

function isLineOfAddr2line({ pc, module: path, line }: CoreFrame, { core }: CoreContext): boolean {
  const module = core.modules.find((each) => each.path === path);
  const program = module?.match.path;
  if (module === undefined || program === undefined) return false;
  const address = `0x${(module.relative(BigInt(pc)) - 1).toString(16)}`;
  const found = spawnSync("addr2line", ["-i", "-e", program, address], { encoding: "utf8" });
  return found.stdout.split("\n").some((text) => new RegExp(`:${line}( |$)`).test(text));
}

/** Without parameters, template arguments, and the functions it is defined in. */
function baseName(name: string | null | undefined): string {
  // Symbols of Rust end in a number that is not part of the name.
  let bare = (name ?? "").replace(/::h[0-9a-f]{16}$/, "");
  // Argument lists nest; the innermost go first. `operator()` is a name.
  bare = bare.replace(/operator\(\)/g, "operator_call").replace(/ const$/, "");
  for (let before = ""; before !== bare; ) {
    before = bare;
    bare = bare.replace(/<[^<>()]*>|\([^<>()]*\)/g, "").replace(/ const$/, "");
  }
  return bare.split(/::|\s/).at(-1)!;
}

/** The first frame of each stack that is not the judge's: function, file, line, inlined, module-wide pc are compared. */
export function stackDifferences(context: CoreContext, stacks: readonly GdbThread[]): string[] {
  const differences: string[] = [];
  for (const { lwp, frames } of stacks) {
    const thread = context.image.threads.find((each) => each.lwp === lwp)!;
    const ours = backtraceOf(context, thread, frames.length + 50).frames;
    if (wentOnFromNowhere(ours, frames)) continue;
    // The judge writes no more.
    const isCut = frames.length >= 400;
    const count = isCut ? frames.length : Math.max(ours.length, frames.length);
    for (let i = 0; i < count; i++) {
      const [our, their] = [ours[i], frames[i]];
      if (our !== undefined && their !== undefined && areEqual(our, their, context)) continue;
      differences.push(
        `thread ${lwp} frame ${i}: ${describeOurs(our)} here, ${describeTheirs(their)} in gdb`,
      );
      break;
    }
  }
  return differences;
}

/** gdb 13 gives up on i386 where a program jumped to address 0; here the stack goes on to where the program began. */
function wentOnFromNowhere(ours: readonly CoreFrame[], theirs: readonly GdbFrame[]): boolean {
  const [only, ...others] = theirs;
  if (only === undefined || others.length > 0 || BigInt(only.pc) !== 0n) return false;
  return ours[0]?.pc === "0x0" && ours.at(-1)?.function === "_start";
}

function areEqual(ours: CoreFrame, theirs: GdbFrame, context: CoreContext): boolean {
  if (theirs.kind === "signal") return ours.signalFrame && ours.pc === theirs.pc;
  if (ours.pc !== theirs.pc || ours.inlined !== (theirs.kind === "inline")) return false;
  if ((ours.tailCall === true) !== (theirs.kind === "tailcall")) return false;
  if (!isSameFile(ours.file, theirs.file)) return false;
  if ((ours.line ?? null) !== theirs.line) return explained[0]!.equates!(ours, theirs, context);
  if (isSameName(ours.function, theirs.function)) return true;
  return explained.slice(1).some(({ equates }) => equates?.(ours, theirs, context) === true);
}

function isSameName(ours: string | undefined, theirs: string | null): boolean {
  return (ours ?? null) === theirs;
}

/** gdb joins relative names with the folder of the compilation; both name the same file. */
function isSameFile(ours: string | undefined, theirs: string | null): boolean {
  if (ours === undefined || theirs === null) return ours === undefined && theirs === null;
  const [a, b] = [normalize(ours), normalize(theirs)];
  return a === b || (basename(a) === basename(b) && !a.startsWith("/"));
}

function describeOurs(frame: CoreFrame | undefined): string {
  if (frame === undefined) return "nothing";
  return `${frame.pc} ${frame.function} ${frame.file}:${frame.line}${frame.inlined ? " inlined" : ""}`;
}

function describeTheirs(frame: GdbFrame | undefined): string {
  return frame === undefined
    ? "nothing"
    : `${frame.pc} ${frame.function} ${frame.file}:${frame.line} ${frame.kind}`;
}
