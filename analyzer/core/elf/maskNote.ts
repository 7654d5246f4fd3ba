import { PathPseudonyms } from "../../base/secrets/pathPseudonyms";
import { coreNote, machine } from "../../formats/elf/constants";
import { mappedFilesOf } from "../../formats/elf/coreNotes";
import { viewOf } from "../../formats/elf/elfTables";
import type { ElfNote } from "../../formats/elf/notes";
import { isPointer, type WordRules } from "../privacy/maskWords";

export interface NoteInputs {
  readonly machine: number;
  readonly bits: 32 | 64;
  readonly rules: WordRules;
  /** Below the level of names. */
  readonly keepsNames: boolean;
  readonly isModule: (path: string) => boolean;
  /** Takes the paths that were replaced. */
  readonly fileNames: Map<string, string>;
}

interface StatusPlaces {
  /** Where the registers begin in `elf_prstatus`. */
  readonly registers: number;
  readonly count: number;
  /** Registers that steer the program: counter, stack, flags, segments. They stay whatever they hold. */
  readonly steering: readonly [first: number, end: number];
  /** User and system times: [start, end). */
  readonly times: readonly [number, number];
}

const statusPlaces: Readonly<Record<number, StatusPlaces>> = {
  [machine.x86_64]: { registers: 112, count: 27, steering: [15, 27], times: [48, 112] },
  [machine.aarch64]: { registers: 112, count: 34, steering: [29, 34], times: [48, 112] },
  [machine.i386]: { registers: 72, count: 17, steering: [7, 17], times: [40, 72] },
  [machine.arm]: { registers: 72, count: 18, steering: [11, 17], times: [40, 72] },
};

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
  const places = statusPlaces[inputs.machine];
  if (places === undefined) {
    bytes.fill(0);
    return;
  }
  const word = inputs.bits / 8;
  const { registers, count, steering, times } = places;
  const at = (index: number) => Math.min(bytes.length, registers + index * word);
  bytes.fill(0, Math.min(bytes.length, times[0]), Math.min(bytes.length, times[1]));
  maskWordsIn(bytes, at(0), at(steering[0]), inputs);
  maskWordsIn(bytes, at(steering[1]), at(count), inputs);
}

/** Leaves addresses of words. */
function maskWordsIn(bytes: Uint8Array, start: number, end: number, { bits, rules }: NoteInputs): void {
  const view = viewOf(bytes);
  const word = bits / 8;
  for (let at = start; at < end; at += word) {
    if (at + word > end) bytes.fill(0, at, end);
    else if (!isPointer(view.getUint32(at, true), word === 8 ? view.getUint32(at + 4, true) : 0, rules))
      bytes.fill(0, at, at + word);
  }
}

/** Number, code and errno stay, and who sent it or where the fault was: small or an address, else it is contents. */
function maskSignal(bytes: Uint8Array, inputs: NoteInputs): void {
  const fields = inputs.bits === 64 ? 16 : 12;
  const word = inputs.bits / 8;
  bytes.fill(0, Math.min(bytes.length, fields + word));
  if (bytes.length < fields + word) return;
  const view = viewOf(bytes);
  const isFault = view.getInt32(8, true) > 0 && view.getInt32(8, true) < 0x80;
  const low = view.getUint32(fields, true);
  const high = word === 8 ? view.getUint32(fields + 4, true) : 0;
  const isNearNull = high === 0 && low < 1 << 16;
  if (isFault && !isNearNull && !isPointer(low, high, inputs.rules)) bytes.fill(0, fields, fields + word);
}

/** Of the command line the program stays, below the level of names. */
function maskProcess(bytes: Uint8Array, { bits, keepsNames }: NoteInputs): void {
  const [name, commandLine, end] = bits === 64 ? [40, 56, 136] : [28, 44, 124];
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
function replacePaths(bytes: Uint8Array, { bits, isModule, fileNames }: NoteInputs): void {
  const word = bits / 8;
  const pseudonyms = new PathPseudonyms();
  let at = 2 * word + 3 * word * mappedFilesOf(bytes, bits).length;
  for (const { path } of mappedFilesOf(bytes, bits)) {
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
