import { type BuiltNote, buildCore } from "./elfBuilder";

const owner = "FreeBSD";
const stack = 0x8_2000_0000n;
const till = "/usr/local/bin/till";

/** The places of a thread's words in `struct reg` of x86-64; the rest is 0. */
export const freebsdRegister = { r15: 0, rdi: 8, rbp: 10, rax: 14, rip: 17, rflags: 19, rsp: 20 } as const;

interface FreebsdThreadDraft {
  readonly lwp: number;
  readonly signal: number;
  /** By place in `struct reg`. */
  readonly registers: Readonly<Record<number, bigint>>;
}

/** NT_PRSTATUS of x86-64, and of another size of registers for other machines. */
export function freebsdStatus(
  { lwp, signal, registers }: FreebsdThreadDraft,
  registerBytes = 176,
): BuiltNote {
  const view = new DataView(new ArrayBuffer(48 + registerBytes));
  view.setInt32(0, 1, true);
  view.setBigUint64(8, BigInt(view.byteLength), true);
  view.setBigUint64(16, BigInt(registerBytes), true);
  view.setBigUint64(24, 512n, true);
  view.setInt32(32, 1_400_097, true);
  view.setInt32(36, signal, true);
  view.setInt32(40, lwp, true);
  for (const [place, value] of Object.entries(registers))
    view.setBigUint64(48 + 8 * Number(place), value, true);
  return { owner, type: 1, bytes: new Uint8Array(view.buffer) };
}

/** NT_THRMISC. */
function threadName(name: string): BuiltNote {
  const bytes = new Uint8Array(24);
  bytes.set(new TextEncoder().encode(name));
  return { owner, type: 7, bytes };
}

/** NT_PTLWPINFO with a `siginfo_t`. */
export function freebsdSignal(number: number, code: number, address: bigint): BuiltNote {
  const view = new DataView(new ArrayBuffer(164));
  view.setInt32(0, 160, true);
  view.setInt32(12, 0x20, true);
  view.setInt32(52, number, true);
  view.setInt32(60, code, true);
  view.setInt32(64, 812, true);
  view.setUint32(68, 1001, true);
  view.setBigUint64(76, address, true);
  return { owner, type: 17, bytes: new Uint8Array(view.buffer) };
}

/** NT_PRPSINFO. */
function processNames(): BuiltNote {
  const view = new DataView(new ArrayBuffer(120));
  view.setInt32(0, 1, true);
  view.setBigUint64(8, 120n, true);
  view.setInt32(116, 812, true);
  const bytes = new Uint8Array(view.buffer);
  bytes.set(new TextEncoder().encode("till"), 16);
  bytes.set(new TextEncoder().encode("till --shop 7"), 33);
  return { owner, type: 3, bytes };
}

/** NT_PROCSTAT_PROC: one `struct kinfo_proc`. */
function processNumbers(): BuiltNote {
  const view = new DataView(new ArrayBuffer(4 + 1088));
  view.setInt32(0, 1088, true);
  view.setInt32(4, 1088, true);
  view.setInt32(76, 812, true);
  view.setInt32(80, 640, true);
  return { owner, type: 8, bytes: new Uint8Array(view.buffer) };
}

/** NT_PROCSTAT_AUXV: AT_PAGESZ, AT_ENTRY, AT_EXECPATH and a tag that means another thing on Linux. */
function auxiliary(): BuiltNote {
  const entries: readonly (readonly [tag: bigint, value: bigint])[] = [
    [6n, 4096n],
    [9n, 0x20_1000n],
    [15n, stack + 0x800n],
    [33n, 0xdeadn],
    [0n, 0n],
  ];
  const view = new DataView(new ArrayBuffer(4 + 16 * entries.length));
  view.setInt32(0, 16, true);
  entries.forEach(([tag, value], index) => {
    view.setBigUint64(4 + 16 * index, tag, true);
    view.setBigUint64(12 + 16 * index, value, true);
  });
  return { owner, type: 16, bytes: new Uint8Array(view.buffer) };
}

/** NT_PROCSTAT_VMMAP, which alone tells what may be executed: the kernel leaves code out. Type 2 is a file, 1 is memory. */
function mappings(): BuiltNote {
  const entries = [
    { type: 2, start: 0x20_0000n, end: 0x20_1000n, offset: 0n, allowed: 1, path: till },
    { type: 2, start: 0x20_1000n, end: 0x20_2000n, offset: 4096n, allowed: 5, path: till },
    { type: 1, start: stack, end: stack + 4096n, offset: 0n, allowed: 3, path: "" },
  ].map(({ type, start, end, offset, allowed, path }) => {
    const view = new DataView(new ArrayBuffer(Math.ceil((136 + path.length + 1) / 8) * 8));
    view.setInt32(0, view.byteLength, true);
    view.setInt32(4, type, true);
    view.setBigUint64(8, start, true);
    view.setBigUint64(16, end, true);
    view.setBigUint64(24, offset, true);
    view.setInt32(56, allowed, true);
    const bytes = new Uint8Array(view.buffer);
    bytes.set(new TextEncoder().encode(path), 136);
    return bytes;
  });
  const size = Uint8Array.of(1160 & 0xff, 1160 >> 8, 0, 0);
  // Kept for mappings that went away.
  const rest = new Uint8Array(200);
  return { owner, type: 10, bytes: Buffer.concat([size, ...entries, rest]) };
}

/** The notes of a process of two threads whose first got SIGBUS, in the order of FreeBSD's kernel. */
export function freebsdNotes(): BuiltNote[] {
  const { r15, rdi, rbp, rip, rflags, rsp } = freebsdRegister;
  const bases = new BigUint64Array([0x8_0100_0000n, 0n]);
  return [
    processNames(),
    freebsdStatus({
      lwp: 100_200,
      signal: 10,
      registers: {
        ...{ [r15]: 0xf5n, [rdi]: 0xd1n, [rbp]: stack + 0x100n },
        // Trap 12, then the selectors of fs and gs; the error, then those of es and ds.
        ...{ 15: 0x001b_0013_0000_000cn, 16: 0x0042_003b_0000_0006n },
        ...{ [rip]: 0x20_1300n, 18: 0x43n, [rflags]: 0x1_0246n, [rsp]: stack + 0xe0n, 21: 0x3bn },
      },
    }),
    { owner, type: 2, bytes: new Uint8Array(512) },
    threadName("till"),
    freebsdSignal(10, 2, 0x1234n),
    { owner, type: 0x200, bytes: new Uint8Array(bases.buffer) },
    freebsdStatus({ lwp: 100_100, signal: 10, registers: { [rip]: 0x20_1400n, [rsp]: stack + 0x200n } }),
    threadName("printer"),
    processNumbers(),
    mappings(),
    auxiliary(),
  ];
}

/** A core of FreeBSD with {@link freebsdNotes} or other ones. */
export function freebsdCore(notes: readonly BuiltNote[] = freebsdNotes(), machine = 62): Uint8Array {
  const words = new Uint8Array(4096);
  words.set(new TextEncoder().encode(till), 0x800);
  const bytes = buildCore({ notes, machine, segments: [{ address: stack, bytes: words, flags: 6 }] });
  bytes[7] = 9;
  return bytes;
}
