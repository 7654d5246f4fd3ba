import { describe, expect, it } from "vitest";
import type { ArchitectureName } from "../../../analyzer/core/architecture";
import { faultAccessOf } from "../../../analyzer/core/faultAccess";

/** Encodings as GNU as 2.40 writes them. */
const instructions: readonly (readonly [ArchitectureName, string, string, string | undefined])[] = [
  ["x86_64", "mov (%rdi),%rax", "48 8b 07", "reading"],
  ["x86_64", "mov %eax,(%rdi)", "89 07", "writing"],
  ["x86_64", "movl $1,(%rdi)", "c7 07 01 00 00 00", "writing"],
  ["x86_64", "movzbl (%rdi),%eax", "0f b6 07", "reading"],
  ["x86_64", "cmpl $9,(%rdi)", "83 3f 09", "reading"],
  ["x86_64", "addl $9,(%rdi)", "83 07 09", "writing"],
  ["x86_64", "cmp %eax,(%rdi)", "39 07", "reading"],
  ["x86_64", "add (%rdi),%eax", "03 07", "reading"],
  ["x86_64", "lock xadd %eax,(%rdi)", "f0 0f c1 07", "writing"],
  ["x86_64", "imul (%rdi),%rax", "48 0f af 07", "reading"],
  ["x86_64", "push %rbp", "55", "writing"],
  ["x86_64", "call", "e8 00 00 00 00", "writing"],
  ["x86_64", "ret", "c3", "reading"],
  ["x86_64", "incl (%rdi)", "ff 07", "writing"],
  ["x86_64", "call *(%rax)", "ff 10", undefined],
  ["x86_64", "jmp *(%rax)", "ff 20", "reading"],
  ["x86_64", "rep stos %al,(%rdi)", "f3 aa", "writing"],
  ["x86_64", "rep movsb", "f3 a4", undefined],
  ["x86_64", "movups %xmm0,(%rdi)", "0f 11 07", "writing"],
  ["x86_64", "movups (%rdi),%xmm0", "0f 10 07", "reading"],
  ["x86_64", "movq (%rdi),%xmm0", "f3 0f 7e 07", "reading"],
  ["x86_64", "vmovdqu (%rsi),%ymm0", "c5 fe 6f 06", "reading"],
  ["x86_64", "vmovdqu %ymm0,(%rdi)", "c5 fe 7f 07", "writing"],
  ["aarch64", "ldr w0,[x0]", "00 00 40 b9", "reading"],
  ["aarch64", "str w1,[x0]", "01 00 00 b9", "writing"],
  ["aarch64", "ldrsw x0,[x0]", "00 00 80 b9", "reading"],
  ["aarch64", "ldp x0,x1,[x2]", "40 04 40 a9", "reading"],
  ["aarch64", "stp x29,x30,[sp,#-16]!", "fd 7b bf a9", "writing"],
  ["aarch64", "str q0,[x0]", "00 00 80 3d", "writing"],
  ["aarch64", "ldr q0,[x0]", "00 00 c0 3d", "reading"],
  ["aarch64", "ldxr w0,[x1]", "20 7c 5f 88", "reading"],
  ["aarch64", "add x0,x1,x2", "20 00 02 8b", undefined],
];

describe("what a fault did", () => {
  for (const [architecture, text, hex, expected] of instructions) {
    it(`${architecture} ${text}`, () => {
      const code = Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));
      expect(faultAccessOf(architecture, code, 0x1000n, 0x10n)).toBe(expected);
    });
  }

  it("a jump to nowhere executes it", () => {
    expect(faultAccessOf("x86_64", new Uint8Array(0), 0x10n, 0x10n)).toBe("executing");
  });
});
