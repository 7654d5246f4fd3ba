import { execFileSync } from "node:child_process";
import { requireTool } from "./nativePrograms";

/** What gdb prints for expressions in the frame of a function, without the number and the type it writes before. */
export function printedByGdb(
  { program, core, frame }: { readonly program: string; readonly core: string; readonly frame: string },
  expressions: readonly string[],
): string[] {
  requireTool("gdb", "apt-get install gdb");
  const commands = [
    ...[
      "set width 0",
      "set print elements 0",
      "set print repeats 0",
      "set debuginfod enabled off",
      "set print static-members off",
    ],
    `frame function ${frame}`,
    ...expressions.flatMap((expression) => ["echo @\\n", `print ${expression}`]),
  ];
  const args = ["-nx", "-batch", ...commands.flatMap((command) => ["-ex", command]), program, core];
  const output = execFileSync("gdb", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return output
    .split("@\n")
    .slice(1)
    .map((text) =>
      text
        .trim()
        .replace(/^\$\d+ = /, "")
        .replace(/^\([^()]*\*+( const)?\) (?=0x)/, ""),
    );
}
