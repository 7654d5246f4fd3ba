import type { ProblemList } from "../../base/problems";
import type { LoadedProcess } from "../loadedProcess";
import type { MemoryImage, MemoryRange } from "../memoryImage";
import type { LoadedModule } from "../modules/loadedModule";
import type { GoProgram } from "./goProgram";
import { minorOf } from "./goVersion";
import { layoutOf, newestKnown, oldestKnown } from "./layout";
import { GoFields } from "./memoryFields";

/** The Go runtime of a process. */
export interface GoRuntime {
  /** `go1.26.8` */
  readonly version: string;
  readonly module: LoadedModule;
  readonly program: GoProgram;
  readonly memory: MemoryImage;
  readonly fields: GoFields;
  /** Run-time address of a variable or function by its linker name; undefined in stripped programs. */
  readonly addressOf: (name: string) => bigint | undefined;
}

/**
 * Finds the runtime of a Go program.
 * @param problems told when its version is not one whose structures are known
 */
export function findGoRuntime(process: LoadedProcess, problems: ProblemList): GoRuntime | undefined {
  for (const module of process.modules) {
    const program = module.go;
    if (program === undefined) continue;
    const { memory } = process.image;
    const addressOf = (name: string) => {
      const symbol = module.symbols.named(name);
      return symbol && BigInt.asUintN(64, BigInt(symbol.address) + module.bias);
    };
    const version = versionOf(program, addressOf, memory);
    const minor = version === undefined ? undefined : minorOf(version);
    if (version === undefined || minor === undefined) {
      problems.add({
        code: "go-version-unknown",
        message: "The process ran Go, but nothing in the core tells its version: goroutines are not read.",
        losesData: true,
      });
      return undefined;
    }
    if (minor < oldestKnown) {
      problems.add({
        code: "go-version-unsupported",
        message: `The process ran ${version}: goroutines are read of Go 1.${oldestKnown} and later.`,
        losesData: true,
      });
      return undefined;
    }
    if (minor > newestKnown)
      problems.add({
        code: "go-version-newer",
        message: `The process ran ${version}, newer than the Go 1.${newestKnown} Exhume knows: its goroutines and heap are read as those of Go 1.${newestKnown} and may be wrong.`,
        losesData: false,
      });
    return { version, module, program, memory, fields: new GoFields(memory, layoutOf(minor)), addressOf };
  }
  return undefined;
}

function versionOf(
  program: GoProgram,
  addressOf: (name: string) => bigint | undefined,
  memory: MemoryImage,
): string | undefined {
  const named = addressOf("runtime.buildVersion");
  const text = named === undefined ? undefined : goString(named, memory);
  return text !== undefined && minorOf(text) !== undefined ? text : program.version;
}

const longestString = 4096n;
const utf8 = new TextDecoder();

/** The string a variable holds: an address and a length. */
export function goString(at: bigint, memory: MemoryImage): string | undefined {
  const address = memory.u64(at);
  const length = memory.u64(at + 8n);
  if (address === undefined || length === undefined || length > longestString) return undefined;
  const bytes = memory.bytes(address, Number(length));
  return bytes.byteLength === Number(length) ? utf8.decode(bytes) : undefined;
}

/** Visits the words of some data with their addresses until one is accepted. */
export function findWord(
  ranges: readonly MemoryRange[],
  memory: MemoryImage,
  accepts: (value: bigint, at: bigint) => boolean,
): bigint | undefined {
  for (const { start, end } of ranges) {
    for (let from = start - (start % 8n); from < end && from - start < mostSearched; from += pieceBytes) {
      const wanted = end - from < pieceBytes ? end - from : pieceBytes;
      const bytes = memory.bytes(from, Number(wanted));
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at + 8 <= bytes.byteLength; at += 8) {
        const value = view.getBigUint64(at, true);
        if (value !== 0n && accepts(value, from + BigInt(at))) return from + BigInt(at);
      }
    }
  }
  return undefined;
}

const pieceBytes = 1n << 20n;
const mostSearched = 256n << 20n;
