import { type ByteSource, readUpTo } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import type { CoreDump } from "../../formats/elf/coreDump";
import { foreignMachineOf, foreignSystemOf, headBytes, nameOfN32 } from "../../formats/elf/foreignFiles";

/** The machine of an ELF file that is not read, in words; undefined when it is read, or not an ELF file. */
export function foreignMachineOfElf(source: ByteSource): string | undefined {
  return foreignMachineOf(readUpTo(source, 0, headBytes));
}

/** @throws ExhumeError `unsupported` */
export function refuseForeignMachine(source: ByteSource): void {
  refuse(source, foreignMachineOfElf(source));
}

/** @throws ExhumeError `unsupported` for cores of systems that are not read */
export function refuseForeignSystem({ source, notes, threads, isN32, system }: CoreDump): void {
  if (system !== undefined) return;
  if (isN32 === true) refuse(source, nameOfN32);
  const all = [...notes, ...threads.flatMap((thread) => thread.notes)];
  const owners = all.map(({ owner }) => owner);
  refuse(source, foreignSystemOf(readUpTo(source, 0, headBytes), owners));
}

function refuse(source: ByteSource, whose: string | undefined): void {
  if (whose === undefined) return;
  const article = /^([AIO]|HP|s390|x32|aarch64|i386)/.test(whose) ? "an" : "a";
  const what = `it is a core of ${article} ${whose} process, which Exhume does not read`;
  throw new ExhumeError({ code: "unsupported", file: source.name, what });
}
