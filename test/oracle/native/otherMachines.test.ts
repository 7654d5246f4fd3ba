import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { present } from "../../../analyzer/core/values/present";
import { variablesOf } from "../../../analyzer/core/values/variables";
import { disassemble } from "../../../analyzer/session/core/disassembly";
import { backtraceOf } from "../../../analyzer/session/core/frames";
import { gdbStacksOfMachine } from "../../build/gdb";
import { buildProgram, coreOf, type ProgramDraft } from "../../build/nativePrograms";
import { openCore } from "../../build/openCore";

const sources = ["words.c"];

/** A big-endian machine, and one whose unwind tables are its own. qemu's cores lack the registers that keep others. */
const machines: readonly (readonly [string, ProgramDraft, string])[] = [
  [
    "s390x",
    {
      sources,
      compiler: "s390x-linux-gnu-gcc",
      flags: ["-g", "-O0", "-static", "-march=z9-109"],
    },
    "/usr/s390x-linux-gnu",
  ],
  [
    "32-bit Arm",
    { sources, compiler: "arm-linux-gnueabihf-gcc", flags: ["-g", "-O0", "-static"] },
    "/usr/arm-linux-gnueabihf",
  ],
];

/** What the source of the program says; addresses left out. */
const bytesOfBoth = { s390x: "\\001\\002\\003\\004", "32-bit Arm": "\\004\\003\\002\\001" };
const wanted = (machine: string) => [
  "fall: depth 0, scale -0.375, part 1.5, small {first = -7, second = 12}, local 12, scaled -0.5625",
  "carry: colour BLUE, longest 6.5, depth 0, kept 3.25, " +
    `both {number = 16909060, bytes = "${bytesOfBoth[machine as keyof typeof bytesOfBoth]}"}, ` +
    "small {first = -7, second = 12}, got 33",
  "main: mixed {letter = 120 'x', halves = {-1, 258, 3}, whole = -123456, large = 72623859790382856, " +
    "narrow = 1.5, precise = -0.375, bits = {low = 5, middle = -600, high = 200000, wide = 78187493530}}",
];

describe.each(machines)("a core of %s", (machine, draft, root) => {
  it("has the stack that gdb has, to the beginning of the program", async () => {
    const program = buildProgram(draft);
    const core = await coreOf(program, [], "qemu");
    const context = await openCore(core, { program: program.path });
    const { frames, stopped } = backtraceOf(context, context.image.threads[0]!);
    const [judged] = gdbStacksOfMachine(root, program.path, core);
    expect(frames.map(({ pc }) => BigInt(pc))).toEqual(judged!.frames.map(({ pc }) => BigInt(pc)));
    expect(frames.map((frame) => frame.function)).toEqual([
      ...["fall", "carry", "main", "__libc_start_call_main"],
      ...["__libc_start_main_impl", "_start"],
    ]);
    expect(stopped).toBe("outermost");
  });

  it("has the locals that its source made", async () => {
    const program = buildProgram(draft);
    const { view } = await openCore(await coreOf(program, [], "qemu"), { program: program.path });
    const shown: string[] = [];
    for (let index = 0; index < 3; index++) {
      const frame = view.machineFrame(view.core.image.threads[0]!, index)!;
      for (const each of view.functionsOf(frame)) {
        const variables = variablesOf(each, frame, view).filter(
          ({ name, value }) => !(name === "mixed" && present(value, view).text.startsWith("0x")),
        );
        const texts = variables.map(({ name, value }) => `${name} ${present(value, view).text}`);
        shown.push(`${each.function}: ${texts.join(", ")}`);
      }
    }
    expect(shown).toEqual(wanted(machine));
  });
});

describe("code of 32-bit Arm", () => {
  // Where symbols say nothing, the processor's state and the addresses that are returned to do.
  it.each([
    ["Thumb", [], false],
    ["Arm", ["-marm"], false],
    ["Thumb without symbols", [], true],
  ] as const)("is disassembled as objdump does: %s", async (_, more, isStripped) => {
    const flags = ["-g", "-O0", "-static", ...more];
    const program = buildProgram({ sources, compiler: "arm-linux-gnueabihf-gcc", flags });
    const stripped = `${program.path}.stripped`;
    spawnSync("arm-linux-gnueabihf-strip", ["--strip-all", "-o", stripped, program.path]);
    const core = await coreOf(program, [], "qemu");
    const context = await openCore(core, { program: isStripped ? stripped : program.path });
    const { frames } = backtraceOf(context, context.image.threads[0]!);
    const judged = instructionsOf(program.path);
    for (const { pc, function: name = pc } of frames.slice(0, 4)) {
      const ours = await disassemble(context, BigInt(pc), isStripped ? 0 : -8, 24);
      expect(
        ours.map(({ address }) => Number(address)),
        name,
      ).toContain(Number(pc));
      const [first, last] = [Number(ours[0]!.address), Number(ours.at(-1)!.address)];
      // Literals among the code are data there.
      const wanted = judged.filter(
        ({ address, text }) => address >= first && address <= last && text !== ".word",
      );
      expect(wanted.length, name).toBeGreaterThan(16);
      const places = new Set(wanted.map(({ address }) => address));
      const found = ours.filter(({ address }) => places.has(Number(address)));
      expect(
        found.map(({ address, text }) => [Number(address), sizeless(text)]),
        name,
      ).toEqual(wanted.map(({ address, text }) => [address, sizeless(text)]));
    }
  });
});

interface JudgedInstruction {
  readonly address: number;
  readonly text: string;
}

function instructionsOf(program: string): JudgedInstruction[] {
  const { stdout } = spawnSync("arm-linux-gnueabihf-objdump", ["-d", program], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return stdout.split("\n").flatMap((line) => {
    const [, address, text] = /^ *([0-9a-f]+):\t[0-9a-f ]+\t(\S+)/.exec(line) ?? [];
    return address === undefined ? [] : [{ address: Number.parseInt(address, 16), text: text! }];
  });
}

/** The mnemonic without what tells the width of its encoding; two have a second name. */
function sizeless(text: string): string {
  const name = text.split(/[\s.]/, 1)[0]!;
  return { ldmia: "pop", stmdb: "push" }[name] ?? name;
}
