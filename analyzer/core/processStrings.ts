import { auxiliary } from "./auxiliaryVector";
import type { MemoryImage } from "./memoryImage";

/** What the process was started with, as it stands on its initial stack. */
export interface ProcessStrings {
  readonly arguments: readonly string[];
  /** `NAME=value`, as the process got it; later changes by setenv are elsewhere. */
  readonly environment: readonly string[];
  /** Where each of them stands, in the same order. */
  readonly argumentAddresses: readonly bigint[];
  readonly environmentAddresses: readonly bigint[];
}

/** The kernel allows strings of a quarter of the stack limit; 6 MiB is its own upper bound. */
const searchBytes = 6 << 20;
const maximumStrings = 100_000;
const none: ProcessStrings = {
  arguments: [],
  environment: [],
  argumentAddresses: [],
  environmentAddresses: [],
};

/**
 * Finds arguments and environment on the main thread's stack: the kernel puts argc, argv, 0, envp, 0 right below the
 * auxiliary vector (`fs/binfmt_elf.c`, create_elf_tables), and the core says what that vector is.
 */
export function findProcessStrings(
  memory: MemoryImage,
  auxiliaryVector: ReadonlyMap<number, bigint>,
): ProcessStrings {
  const near = auxiliaryVector.get(auxiliary.executableName) ?? auxiliaryVector.get(auxiliary.random);
  const segment = near === undefined ? undefined : memory.segmentOf(near);
  if (near === undefined || segment === undefined) return none;
  const dumpedEnd = segment.start + BigInt(segment.dumpedBytes);
  const end = near < dumpedEnd ? near : dumpedEnd;
  const start = end - BigInt(searchBytes) > segment.start ? end - BigInt(searchBytes) : segment.start;
  const word = memory.pointerBytes;
  const aligned = start + (((-start % BigInt(word)) + BigInt(word)) % BigInt(word));
  if (aligned >= end) return none;
  const bytes = memory.bytes(aligned, Number(end - aligned));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wordAt = (at: number): bigint => memory.pointerIn(view, at);
  const vector = vectorPosition(bytes, wordAt, word, auxiliaryVector);
  if (vector === undefined) return none;
  // Downwards: 0, environment, 0, arguments, argc.
  const environment = pointersBelow(wordAt, vector - word, word);
  const argumentPointers = pointersBelow(wordAt, environment.position, word);
  const textOf = (address: bigint) => memory.text(address, 128 << 10) ?? "";
  return {
    arguments: argumentPointers.pointers.map(textOf),
    environment: environment.pointers.map(textOf),
    argumentAddresses: argumentPointers.pointers,
    environmentAddresses: environment.pointers,
  };
}

function vectorPosition(
  bytes: Uint8Array,
  wordAt: (at: number) => bigint,
  word: number,
  auxiliaryVector: ReadonlyMap<number, bigint>,
): number | undefined {
  const entries = [...auxiliaryVector];
  const [first, second] = entries;
  if (first === undefined || second === undefined) return undefined;
  for (let at = bytes.length - 4 * word - (bytes.length % word); at >= 0; at -= word) {
    if (
      wordAt(at) === BigInt(first[0]) &&
      wordAt(at + word) === first[1] &&
      wordAt(at + 2 * word) === BigInt(second[0]) &&
      wordAt(at + 3 * word) === second[1]
    ) {
      return at;
    }
  }
  return undefined;
}

/** The pointers below a terminating zero, in rising order, and the position of the zero below them. */
function pointersBelow(
  wordAt: (at: number) => bigint,
  zeroPosition: number,
  word: number,
): { readonly pointers: bigint[]; readonly position: number } {
  const pointers: bigint[] = [];
  if (zeroPosition < 0 || wordAt(zeroPosition) !== 0n) return { pointers, position: zeroPosition };
  let at = zeroPosition - word;
  // argc ends the arguments: it equals the number of pointers above it.
  while (at >= 0 && pointers.length < maximumStrings) {
    const value = wordAt(at);
    if (value === 0n || value === BigInt(pointers.length)) break;
    pointers.push(value);
    at -= word;
  }
  return { pointers: pointers.reverse(), position: at };
}
