import { PathPseudonyms } from "../../base/secrets/pathPseudonyms";
import { coreNote } from "../../formats/elf/constants";
import {
  mappedFilesOf,
  prPsInfoPlaces,
  registerCountOf,
  sigInfoOf,
  statusPlaces,
} from "../../formats/elf/coreNotes";
import { wordAt } from "../../formats/elf/elfFile";
import type { ElfEncoding, ElfHeader } from "../../formats/elf/elfTables";
import type { ElfNote } from "../../formats/elf/notes";
import { isPointer, type WordRules } from "../privacy/maskWords";
import { machineOf } from "./machines/elfMachine";

export interface NoteInputs {
  readonly header: ElfHeader;
  readonly rules: WordRules;
  /** Below the level of names. */
  readonly keepsNames: boolean;
  readonly isModule: (path: string) => boolean;
  /** Takes the paths that were replaced. */
  readonly fileNames: Map<string, string>;
}

/** Bytes of notes that say how others are to be read, without contents of registers: [start, end) by type. */
const keptOfLinux: Readonly<Record<number, readonly [number, number]>> = {
  // XCR0, which parts of the area there are, stands in the bytes the processor leaves to software.
  [coreNote.x86XState]: [464, 472],
  // Header of the scalable vectors: lengths.
  1029: [0, 16],
  1035: [0, 16],
  [coreNote.armPacMask]: [0, 16],
};

const star = 0x2a;

/** Overwrites the contents of a note of a core; what is not known to be structure becomes zero. */
export function maskNote({ owner, type }: ElfNote, bytes: Uint8Array, inputs: NoteInputs): void {
  if (owner === "GDB") return;
  if (owner === "LINUX" && type === coreNote.armTls) {
    maskWordsIn(bytes, 0, bytes.length, inputs);
    return;
  }
  if (owner === "LINUX") {
    const kept = keptOfLinux[type];
    bytes.fill(0, 0, Math.min(bytes.length, kept?.[0] ?? bytes.length));
    if (kept !== undefined) bytes.fill(0, Math.min(bytes.length, kept[1]));
    return;
  }
  if (owner !== "CORE") {
    bytes.fill(0);
    return;
  }
  switch (type) {
    case coreNote.prStatus:
      maskStatus(bytes, inputs);
      break;
    case coreNote.sigInfo:
      maskSignal(bytes, inputs);
      break;
    case coreNote.prPsInfo:
      maskProcess(bytes, inputs);
      break;
    case coreNote.auxv:
      // Addresses and capabilities of the machine; what it points at is on the stack.
      break;
    case coreNote.file:
      if (!inputs.keepsNames) replacePaths(bytes, inputs);
      break;
    default:
      bytes.fill(0);
  }
}

function maskStatus(bytes: Uint8Array, inputs: NoteInputs): void {
  const { steering, callResult } = machineOf(inputs.header) ?? {};
  const count = registerCountOf(inputs.header);
  if (steering === undefined || count === undefined) {
    bytes.fill(0);
    return;
  }
  const word = inputs.header.bits / 8;
  const { registers, times } = statusPlaces[inputs.header.bits];
  const at = (index: number) => Math.min(bytes.length, registers + index * word);
  bytes.fill(0, Math.min(bytes.length, times[0]), Math.min(bytes.length, times[1]));
  const result = callResult === undefined ? undefined : bytes.slice(at(callResult), at(callResult + 1));
  maskWordsIn(bytes, at(0), at(steering[0]), inputs);
  maskWordsIn(bytes, at(steering[1]), at(count), inputs);
  if (result?.length === word && isErrorNumber(wordAt(result, 0, inputs.header), inputs.header.bits))
    bytes.set(result, at(callResult!));
}

/** What system calls give back when they fail; a thread that sleeps in one has such a result. */
function isErrorNumber(result: bigint, bits: 32 | 64): boolean {
  const number = BigInt.asIntN(bits, result);
  return number < 0n && number > -4096n;
}

/** Leaves addresses of words. */
function maskWordsIn(bytes: Uint8Array, start: number, end: number, { header, rules }: NoteInputs): void {
  const word = header.bits / 8;
  for (let at = start; at < end; at += word) {
    if (at + word > end) bytes.fill(0, at, end);
    else {
      const [low, high] = halvesAt(bytes, at, header);
      if (!isPointer(low, high, rules)) bytes.fill(0, at, at + word);
    }
  }
}

/** Number, code and errno stay, and who sent it or where the fault was: small or an address, else it is contents. */
function maskSignal(bytes: Uint8Array, inputs: NoteInputs): void {
  const { header } = inputs;
  const fields = header.bits === 64 ? 16 : 12;
  const word = header.bits / 8;
  bytes.fill(0, Math.min(bytes.length, fields + word));
  if (bytes.length < fields + word) return;
  const { code = 0 } = sigInfoOf(bytes, header) ?? {};
  const isFault = code > 0 && code < 0x80;
  const [low, high] = halvesAt(bytes, fields, header);
  const isNearNull = high === 0 && low < 1 << 16;
  if (isFault && !isNearNull && !isPointer(low, high, inputs.rules)) bytes.fill(0, fields, fields + word);
}

/** A word of the process as its lower and its upper 32 bits. */
function halvesAt(bytes: Uint8Array, at: number, encoding: ElfEncoding): [low: number, high: number] {
  const word = wordAt(bytes, at, encoding);
  return [Number(word & 0xffff_ffffn), Number(word >> 32n)];
}

/** Of the command line the program stays, below the level of names. */
function maskProcess(bytes: Uint8Array, { header, keepsNames }: NoteInputs): void {
  const { name, commandLine, end } = prPsInfoPlaces(header);
  bytes.fill(0, Math.min(bytes.length, end));
  if (bytes.length < end) return;
  const line = bytes.subarray(commandLine, end);
  const nul = line.indexOf(0);
  const length = nul < 0 ? line.length : nul;
  line.fill(0, length);
  const space = line.subarray(0, length).indexOf(0x20);
  const from = keepsNames ? (space < 0 ? length : space + 1) : 0;
  line.fill(star, from, length);
  const own = bytes.subarray(name, commandLine);
  const ownEnd = own.indexOf(0);
  own.fill(0, ownEnd < 0 ? own.length : ownEnd);
  if (!keepsNames) own.fill(star, 0, ownEnd < 0 ? own.length : ownEnd);
}

/** NT_FILE: names stand one behind the other, each ended by a zero, behind the table. */
function replacePaths(bytes: Uint8Array, { header, isModule, fileNames }: NoteInputs): void {
  const word = header.bits / 8;
  const pseudonyms = new PathPseudonyms();
  let at = 2 * word + 3 * word * mappedFilesOf(bytes, header).length;
  for (const { path } of mappedFilesOf(bytes, header)) {
    const nul = bytes.indexOf(0, at);
    const end = nul < 0 ? bytes.length : nul;
    const other = pseudonyms.of(path, isModule(path));
    const encoded = new TextEncoder().encode(other);
    if (encoded.byteLength === end - at) bytes.set(encoded, at);
    else bytes.fill(star, at, end);
    if (other !== path) fileNames.set(other, path);
    at = end + 1;
  }
  bytes.fill(0, Math.min(at, bytes.length));
}
