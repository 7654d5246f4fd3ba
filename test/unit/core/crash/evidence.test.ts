import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { ProblemList } from "../../../../analyzer/base/problems";
import { assertionIn } from "../../../../analyzer/core/crash/assertionText";
import { argumentRegisters, constantsBeforeCall } from "../../../../analyzer/core/crash/callConstants";
import { causeOfDeath } from "../../../../analyzer/core/crash/causeOfDeath";
import { exceptionInFlight } from "../../../../analyzer/core/crash/cppException";
import { sceneOf } from "../../../../analyzer/core/crash/crashScene";
import { messageAt, messageOf } from "../../../../analyzer/core/crash/foreignMessage";
import { systemCallName } from "../../../../analyzer/core/crash/systemCallNames";
import { operandOf, x86InstructionAt } from "../../../../analyzer/core/crash/x86Operand";
import { readProcessSnapshot } from "../../../../analyzer/core/knownFormats";
import { LoadedProcess } from "../../../../analyzer/core/loadedProcess";
import { SectionStore } from "../../../../analyzer/session/core/unpackSection";
import { buildCore, x86ThreadNote } from "../../../build/elfBuilder";

const codeAt = 0x400000n;
const dataAt = 0x500000n;
const stackAt = 0x7ffe0000n;

interface Contents {
  readonly code?: readonly number[];
  readonly data?: Uint8Array;
  readonly stack?: readonly bigint[];
  readonly rip?: bigint;
}

function crashed({ code = [], data = new Uint8Array(4096), stack = [], rip = codeAt }: Contents) {
  const page = new Uint8Array(4096);
  page.set(code);
  const words = new Uint8Array(4096);
  const view = new DataView(words.buffer);
  for (const [index, word] of stack.entries()) view.setBigUint64(8 * index, word, true);
  const file = buildCore({
    notes: [x86ThreadNote({ lwp: 1, signal: 6, rip, rsp: stackAt, rbp: 0n })],
    segments: [
      { address: codeAt, bytes: page, flags: 5 },
      { address: dataAt, bytes: data, flags: 6 },
      { address: stackAt, bytes: words, flags: 6 },
    ],
  });
  const image = readProcessSnapshot(new BytesSource("core", file), new ProblemList());
  const core = new LoadedProcess(image, [], () => ({}), new SectionStore());
  const scene = sceneOf(core, image.threads[0]!, image.signal!, () => []);
  return { memory: image.memory, scene };
}

describe("the message of an assertion", () => {
  it.each([
    ["a.out: x.c:3: f: Assertion `p->n > 0 && \"it's full\"' failed.", 'p->n > 0 && "it\'s full"'],
    ["x.c:3: f: Assertion `a == 'b'' failed.", "a == 'b'"],
    ["ERROR:till.c:9:sell: assertion failed: (count > 0)", "count > 0"],
    ["free(): invalid pointer", undefined],
    ["Assertion `", undefined],
  ])("%s", (message, condition) => {
    expect(assertionIn(message)).toBe(condition);
  });
});

describe("texts in memory", () => {
  const bytes = (text: string) => {
    const data = new Uint8Array(4096);
    data.set(new TextEncoder().encode(text));
    return crashed({ data }).memory;
  };

  it("are one line of at most 400 bytes, never half a letter", () => {
    expect(messageAt(bytes("  a\n\tb \0rest"), dataAt)).toBe("a b");
    expect(messageAt(bytes("x".repeat(1000)), dataAt)).toBe(`${"x".repeat(400)}…`);
    expect(messageAt(bytes(`${"x".repeat(399)}ö more`), dataAt)).toBe(`${"x".repeat(399)}…`);
    expect(messageOf(bytes("abcdef"), dataAt, 3)).toBe("abc");
  });

  it("are nothing where they are not text, not there or endless", () => {
    expect(messageAt(bytes("\u0001\u0002\0"), dataAt)).toBeUndefined();
    expect(messageAt(bytes("\0"), dataAt)).toBeUndefined();
    expect(messageAt(bytes("x"), 0n)).toBeUndefined();
    expect(messageOf(bytes("abc"), dataAt, Number.NaN)).toBeUndefined();
    expect(messageOf(bytes("abc"), dataAt, 2 ** 60)).toBeUndefined();
    const data = new Uint8Array(4096).fill(0xff);
    expect(messageAt(crashed({ data }).memory, dataAt)).toBeUndefined();
  });

  it("keep their escapes for those who show them", () => {
    expect(messageAt(bytes("\u001b[31mred\0"), dataAt)).toBe("\u001b[31mred");
  });
});

describe("what was loaded before a call", () => {
  it.each([
    ["lea 0x10(%rip), %rdi; mov $7, %esi", [0x48, 0x8d, 0x3d, 0x10, 0, 0, 0, 0xbe, 7, 0, 0, 0], [0x10n, 7n]],
    [
      "lea, then a copy of %rax to %rsi",
      [0x48, 0x8d, 0x05, 0x20, 0, 0, 0, 0x48, 0x89, 0xc6],
      [undefined, 0x20n],
    ],
  ])("%s", (_, loads, wanted) => {
    const call = 0x100;
    const code = new Array<number>(call).fill(0x90);
    loads.forEach((byte, index) => {
      code[call - loads.length + index] = byte;
    });
    code.push(0xe8, 0, 0, 0, 0);
    const { memory } = crashed({ code });
    const found = constantsBeforeCall(memory, codeAt + BigInt(code.length));
    // Relative to the instruction after the load.
    const base = codeAt + BigInt(call - loads.length + 7);
    const [first, second] = [found.get(argumentRegisters[0]), found.get(argumentRegisters[1])];
    expect([first === undefined ? undefined : first - base, second]).toEqual([
      wanted[0],
      wanted[0] === undefined ? base + wanted[1]! : wanted[1],
    ]);
  });
});

describe("the operand of an instruction", () => {
  const registers = Array.from({ length: 17 }, (_, number) => 0x1000n * BigInt(number + 1));
  it.each([
    ["idiv %ecx", [0xf7, 0xf9], { extension: 7, operandBytes: 4, register: 2 }],
    ["idivl 8(%rbx)", [0xf7, 0x7b, 0x08], { extension: 7, address: 0x4008n }],
    ["div %r9b", [0x41, 0xf6, 0xf1], { extension: 6, operandBytes: 1, register: 9 }],
    ["mov %rax, (%rdi,%rcx,4)", [0x48, 0x89, 0x04, 0x8f], { address: 0x6000n + 4n * 0x3000n }],
    ["mov %rax, -16(%r13)", [0x49, 0x89, 0x45, 0xf0], { address: 0xe000n - 16n }],
    ["movaps %xmm0, 0x100(%rsp)", [0x0f, 0x29, 0x84, 0x24, 0, 1, 0, 0], { opcode: 0x0f29, address: 0x8100n }],
  ])("%s", (_, code, wanted) => {
    expect(x86InstructionAt(crashed({ code }).memory, codeAt, registers)).toMatchObject(wanted);
  });

  it("is cut to its size, and unknown where it is not in the core", () => {
    const { memory } = crashed({ code: [0x41, 0xf6, 0xf1] });
    const lost = x86InstructionAt(memory, codeAt, registers)!;
    expect(operandOf(lost, memory, registers.with(9, 0x1234n))).toBe(0x34n);
    expect(
      operandOf(
        lost,
        memory,
        registers.map(() => undefined),
      ),
    ).toBeUndefined();
    expect(x86InstructionAt(memory, 0n, registers)).toBeUndefined();
    expect(x86InstructionAt(crashed({ code: [0xc5, 0xf8, 0x29] }).memory, codeAt, registers)).toBeUndefined();
  });
});

it("system calls are named for the machine they were made for", () => {
  expect(systemCallName(0xc000003e, 110, "x86_64")).toBe("getppid");
  expect(systemCallName(0xc000003e, 435, "x86_64")).toBe("clone3");
  expect(systemCallName(0x40000003, 64, "x86_64")).toBe("getppid");
  expect(systemCallName(0xc00000b7, 173, "aarch64")).toBe("getppid");
  expect(systemCallName(0xc000003e, 100_000, "x86_64")).toBeUndefined();
});

describe("hostile evidence", () => {
  it("of an exception whose type points to itself tells nothing, and ends", () => {
    const data = new Uint8Array(4096);
    const view = new DataView(data.buffer);
    // The mark of libstdc++, and a type_info that is its own base, name and table.
    view.setBigUint64(0x100, 0x474e5543_432b2b00n, true);
    view.setBigUint64(0x100 - 80, dataAt + 0x200n, true);
    view.setBigUint64(0x200, dataAt + 0x200n, true);
    view.setBigUint64(0x208, dataAt + 0x300n, true);
    view.setBigUint64(0x210, dataAt + 0x200n, true);
    view.setBigUint64(0x1f8, dataAt + 0x200n, true);
    data.set(new TextEncoder().encode("_self__si_class_type_infoE\0"), 0x300);
    const { scene } = crashed({ data, stack: [dataAt + 0x100n, dataAt + 0x120n] });
    expect(exceptionInFlight(scene)).toBeUndefined();
    data.set(new TextEncoder().encode("4Self\0"), 0x300);
    const named = crashed({ data, stack: [dataAt + 0x120n] });
    expect(exceptionInFlight(named.scene)).toMatchObject({ type: "Self" });
  });

  it("of a stack full of pointers to everything is bounded", () => {
    const stack = Array.from({ length: 512 }, (_, index) => dataAt + BigInt(8 * index));
    expect(causeOfDeath(crashed({ stack }).scene)).toBeUndefined();
  });
});
