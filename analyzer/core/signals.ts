import { formatHex } from "../base/units";

/** A signal as the system recorded it (`siginfo_t`). */
export interface SignalInfo {
  readonly number: number;
  readonly code: number;
  readonly errno: number;
  /** Only meaningful for faults. */
  readonly address: bigint;
  /** Only meaningful for sent signals. */
  readonly senderPid: number;
  readonly senderUid: number;
  /** Only meaningful for SIGSYS: the call's number and the machine it was made for. */
  readonly systemCall?: { readonly number: number; readonly machine: number };
}

/** The signal a process died of, as numbers and in words. */
export interface FatalSignal {
  readonly number: number;
  /** `SIGSEGV` */
  readonly name: string;
  readonly code: number;
  /** `SEGV_MAPERR`; the number as text when it has no name. */
  readonly codeName: string;
  /** The address that faulted, for signals that have one. */
  readonly address?: bigint;
  /** `si_pid`, for signals somebody sent. */
  readonly senderPid?: number;
  /** The system call that was refused, for SIGSYS. */
  readonly systemCall?: { readonly number: number; readonly machine: number };
  /** `Segmentation fault: address 0x10 is not mapped`. */
  readonly description: string;
}

/** signal(7), numbers of x86 and Arm. */
const names: Readonly<Record<number, readonly [string, string]>> = {
  1: ["SIGHUP", "Hangup"],
  2: ["SIGINT", "Interrupt"],
  3: ["SIGQUIT", "Quit"],
  4: ["SIGILL", "Illegal instruction"],
  5: ["SIGTRAP", "Trap"],
  6: ["SIGABRT", "Aborted"],
  7: ["SIGBUS", "Bus error"],
  8: ["SIGFPE", "Arithmetic exception"],
  9: ["SIGKILL", "Killed"],
  10: ["SIGUSR1", "User signal 1"],
  11: ["SIGSEGV", "Segmentation fault"],
  12: ["SIGUSR2", "User signal 2"],
  13: ["SIGPIPE", "Broken pipe"],
  14: ["SIGALRM", "Alarm"],
  15: ["SIGTERM", "Terminated"],
  16: ["SIGSTKFLT", "Stack fault"],
  17: ["SIGCHLD", "Child stopped"],
  18: ["SIGCONT", "Continued"],
  19: ["SIGSTOP", "Stopped"],
  20: ["SIGTSTP", "Stopped by the terminal"],
  24: ["SIGXCPU", "CPU time limit exceeded"],
  25: ["SIGXFSZ", "File size limit exceeded"],
  31: ["SIGSYS", "Bad system call"],
};

/** Codes by signal, sigaction(2) and `asm-generic/siginfo.h`. */
const codes: Readonly<Record<number, Readonly<Record<number, readonly [string, string]>>>> = {
  4: {
    1: ["ILL_ILLOPC", "illegal opcode"],
    2: ["ILL_ILLOPN", "illegal operand"],
    3: ["ILL_ILLADR", "illegal addressing mode"],
    4: ["ILL_ILLTRP", "illegal trap"],
    5: ["ILL_PRVOPC", "privileged opcode"],
    6: ["ILL_PRVREG", "privileged register"],
    8: ["ILL_BADSTK", "internal stack error"],
  },
  5: { 1: ["TRAP_BRKPT", "breakpoint"], 2: ["TRAP_TRACE", "single step"] },
  7: {
    1: ["BUS_ADRALN", "misaligned address"],
    2: ["BUS_ADRERR", "physical address does not exist, or the mapped file was cut"],
    3: ["BUS_OBJERR", "hardware error"],
    4: ["BUS_MCEERR_AR", "memory error"],
  },
  8: {
    1: ["FPE_INTDIV", "integer division by zero"],
    2: ["FPE_INTOVF", "integer overflow"],
    3: ["FPE_FLTDIV", "floating-point division by zero"],
    4: ["FPE_FLTOVF", "floating-point overflow"],
    5: ["FPE_FLTUND", "floating-point underflow"],
    6: ["FPE_FLTRES", "inexact floating-point result"],
    7: ["FPE_FLTINV", "invalid floating-point operation"],
    8: ["FPE_FLTSUB", "subscript out of range"],
  },
  11: {
    1: ["SEGV_MAPERR", "is not mapped"],
    2: ["SEGV_ACCERR", "may not be accessed this way"],
    3: ["SEGV_BNDERR", "failed its bounds check"],
    4: ["SEGV_PKUERR", "is protected by a key"],
    8: ["SEGV_MTEAERR", "has another memory tag (found later)"],
    9: ["SEGV_MTESERR", "has another memory tag"],
  },
};

/** SYS_SECCOMP */
const forbiddenCallCode = 1;

/** Codes any signal can have. */
const sentCodes: Readonly<Record<number, readonly [string, string]>> = {
  0: ["SI_USER", "sent by kill"],
  128: ["SI_KERNEL", "sent by the kernel"],
  [-1]: ["SI_QUEUE", "sent by sigqueue"],
  [-2]: ["SI_TIMER", "sent by a timer"],
  [-6]: ["SI_TKILL", "sent by tkill or tgkill"],
};

/** Signals whose siginfo carries an address. */
const faults = new Set([4, 5, 7, 8, 11]);

/** Signals whose default action writes a core: what makes a process "crashed" rather than looked at. */
const coreSignals = new Set([3, 4, 5, 6, 7, 8, 11, 24, 25, 31]);

export function writesCore(signal: number): boolean {
  return coreSignals.has(signal);
}

/** `SIGSEGV`; `SIG99` for numbers without a name. */
export function signalName(number: number): string {
  return names[number]?.[0] ?? `SIG${number}`;
}

/** @param info absent when the core has no NT_SIGINFO, e.g. of qemu-user */
export function fatalSignalOf(number: number, info: SignalInfo | undefined): FatalSignal {
  const [name, words] = names[number] ?? [`SIG${number}`, `Signal ${number}`];
  if (info === undefined || info.number !== number) {
    return { number, name, code: 0, codeName: "unknown", description: words };
  }
  const { code } = info;
  const own = code > 0 && code < 128 ? codes[number]?.[code] : undefined;
  const sent = sentCodes[code];
  const codeName = own?.[0] ?? sent?.[0] ?? String(code);
  const facts = { number, name, code, codeName };
  if (own !== undefined && faults.has(number)) {
    const { address } = info;
    const description =
      number === 11
        ? `${words}: address ${formatHex(address)} ${own[1]}`
        : `${words}: ${own[1]} at ${formatHex(address)}`;
    return { ...facts, address, description };
  }
  if (number === 11 && code === 128) {
    return {
      ...facts,
      description: `${words}: an address that is not canonical, or a privileged instruction`,
    };
  }
  if (number === 31 && code === forbiddenCallCode) {
    const { systemCall } = info;
    return {
      ...facts,
      codeName: "SYS_SECCOMP",
      description: `${words}: refused by a filter`,
      ...(systemCall !== undefined && { systemCall }),
    };
  }
  if (code <= 0) {
    const { senderPid } = info;
    return { ...facts, senderPid, description: `${words}: ${sent?.[1] ?? "sent"} from process ${senderPid}` };
  }
  return { ...facts, description: sent === undefined ? words : `${words}: ${sent[1]}` };
}
