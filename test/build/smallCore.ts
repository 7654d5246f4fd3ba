import { auxiliaryNote, buildCore, fileNote, signalNote, x86ThreadNote } from "./elfBuilder";

const stack = 0x7ffd_0000_0000n;
const program = 0x40_0000n;

/** The core of a program without symbols that read address 16: two threads, stacks with saved frames, no files. */
export function smallCore(): Uint8Array {
  const words = new BigUint64Array(512);
  // Two saved frame pointers, each with a return address beside it.
  words.set([stack + 0x140n, program + 0x1234n], 0x100 / 8);
  words.set([0n, program + 0x1010n], 0x140 / 8);
  const bytes = new Uint8Array(words.buffer);
  const code = new Uint8Array(4096).fill(0x90);
  // mov eax, [rdi+0x10]
  code.set([0x8b, 0x47, 0x10], 0x300);
  return buildCore({
    notes: [
      x86ThreadNote({
        lwp: 4711,
        signal: 11,
        rip: program + 0x1300n,
        rsp: stack + 0xe0n,
        rbp: stack + 0x100n,
      }),
      signalNote(11, 1, 16n),
      x86ThreadNote({ lwp: 4712, rip: program + 0x1400n, rsp: stack + 0x130n, rbp: stack + 0x140n }),
      auxiliaryNote({ 6: 4096n, 9: program + 0x1000n }),
      fileNote([{ start: program + 0x1000n, end: program + 0x2000n, pages: 1, path: "/opt/shop/bin/till" }]),
    ],
    segments: [
      { address: program + 0x1000n, bytes: code, flags: 5 },
      { address: 0x60_0000n, bytes: new Uint8Array(8192), flags: 6 },
      { address: stack, bytes, flags: 6 },
    ],
  });
}
