/** Entries of the auxiliary vector, from `linux/auxvec.h`. */
export const auxiliary = {
  end: 0,
  programHeaders: 3,
  programHeaderBytes: 4,
  programHeaderCount: 5,
  pageSize: 6,
  interpreterBase: 7,
  flags: 8,
  entry: 9,
  uid: 11,
  euid: 12,
  gid: 13,
  egid: 14,
  platform: 15,
  hardwareCapabilities: 16,
  clockTicks: 17,
  secure: 23,
  basePlatform: 24,
  random: 25,
  hardwareCapabilities2: 26,
  executableName: 31,
  vdso: 33,
} as const;

const names: Readonly<Record<number, string>> = {
  2: "AT_EXECFD",
  [auxiliary.programHeaders]: "AT_PHDR",
  [auxiliary.programHeaderBytes]: "AT_PHENT",
  [auxiliary.programHeaderCount]: "AT_PHNUM",
  [auxiliary.pageSize]: "AT_PAGESZ",
  [auxiliary.interpreterBase]: "AT_BASE",
  [auxiliary.flags]: "AT_FLAGS",
  [auxiliary.entry]: "AT_ENTRY",
  [auxiliary.uid]: "AT_UID",
  [auxiliary.euid]: "AT_EUID",
  [auxiliary.gid]: "AT_GID",
  [auxiliary.egid]: "AT_EGID",
  [auxiliary.platform]: "AT_PLATFORM",
  [auxiliary.hardwareCapabilities]: "AT_HWCAP",
  [auxiliary.clockTicks]: "AT_CLKTCK",
  [auxiliary.secure]: "AT_SECURE",
  [auxiliary.basePlatform]: "AT_BASE_PLATFORM",
  [auxiliary.random]: "AT_RANDOM",
  [auxiliary.hardwareCapabilities2]: "AT_HWCAP2",
  27: "AT_RSEQ_FEATURE_SIZE",
  28: "AT_RSEQ_ALIGN",
  [auxiliary.executableName]: "AT_EXECFN",
  [auxiliary.vdso]: "AT_SYSINFO_EHDR",
  51: "AT_MINSIGSTKSZ",
};

export function auxiliaryNameOf(tag: number): string {
  return names[tag] ?? `AT_${tag}`;
}

/** Entries whose value is the address of a text. */
export function pointsToText(tag: number): boolean {
  return tag === auxiliary.platform || tag === auxiliary.basePlatform || tag === auxiliary.executableName;
}
