import type { SigInfo } from "./coreNotes";

/** Signals whose numbers differ from Linux's on NetBSD and FreeBSD; there are none on Linux for those of 0. */
const linuxNumbers: Readonly<Record<number, number>> = {
  ...{ 7: 0, 10: 7, 12: 31, 16: 23, 17: 19, 18: 20, 19: 18, 20: 17, 23: 29, 29: 0, 30: 10, 31: 12 },
};

/** A signal of NetBSD or FreeBSD by Linux's number, 0 where Linux has none. */
export function linuxSignalOf(number: number): number {
  return linuxNumbers[number] ?? number;
}

/** `SI_USER` and what follows in FreeBSD's `sys/signal.h`, by Linux's numbers. */
const linuxCodes: Readonly<Record<number, number>> = {
  ...{ 65537: 0, 65538: -1, 65539: -2, 65540: -4, 65541: -3, 65542: 0x80, 65543: -6 },
};
const floatingPointError = 8;
const segmentationFault = 11;
const protectionKey = { freebsd: 100, linux: 4 } as const;
/**
 * By FreeBSD's numbers, the last of the codes of faults that mean the same on both. BUS_OBJERR does not: there it also
 * stands for addresses that no process can have.
 */
const lastSharedCodes: Readonly<Record<number, number>> = {
  4: 8,
  5: 2,
  [floatingPointError]: 8,
  10: 2,
  11: 2,
};

/** The code of a signal by FreeBSD's numbers in Linux's terms; undefined where Linux has no such. */
export function linuxCodeOf({ number, code }: Pick<SigInfo, "number" | "code">): number | undefined {
  if (number === segmentationFault && code === protectionKey.freebsd) return protectionKey.linux;
  if (number === floatingPointError && (code === 1 || code === 2)) return 3 - code;
  // 0 says that nothing is known, where Linux's 0 says that a process sent it.
  return code > 0 && code <= (lastSharedCodes[number] ?? 0) ? code : linuxCodes[code];
}
