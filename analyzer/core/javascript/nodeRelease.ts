import type { MemoryImage } from "../memoryImage";
import type { LoadedModule } from "../modules/loadedModule";
import type { StepForm } from "./v8Positions";

/** Releases of Node and of the V8 in it. */
export interface NodeRelease {
  readonly node: string;
  readonly v8: string;
}

const latin1 = new TextDecoder("latin1");
/** `node::per_process::metadata` */
const metadata = "_ZN4node11per_process8metadataE";
/** `std::string` of libstdc++: where it is, how long, and short ones. */
const stringBytes = 32;
/** Of the first ones, one for each library in it. */
const stringsLookedAt = 60;

/** What Node keeps for `process.versions`; undefined before it has started, and of other programs with V8. */
export function nodeReleaseOf(module: LoadedModule, memory: MemoryImage): NodeRelease | undefined {
  const symbol = module.symbols.named(metadata);
  if (symbol === undefined) return undefined;
  const start = BigInt(symbol.address) + module.bias;
  const versions: string[] = [];
  for (let index = 0; index < stringsLookedAt; index++) {
    const at = start + BigInt(index * stringBytes);
    const letters = memory.u64(at);
    const length = memory.u64(at + 8n);
    if (letters === undefined || length === undefined || length > 40n) break;
    versions.push(latin1.decode(memory.bytes(letters, Number(length))));
  }
  const node = versions.find((each) => /^\d+\.\d+\.\d+(-|$)/.test(each));
  const v8 = versions.find((each) => /^\d+\.\d+\.\d+\.\d+-node\./.test(each));
  return node === undefined || v8 === undefined ? undefined : { node, v8 };
}

/** Those whose stacks were compared with what they print of them themselves. */
const triedReleases = [18, 20, 21, 22, 23, 24, 25, 26];

/** What to say beside frames of other releases. */
export function untriedNode(release: NodeRelease | undefined): string | undefined {
  const major = Number.parseInt(release?.node ?? "", 10);
  if (triedReleases.includes(major)) return undefined;
  return release === undefined ? "this release of V8 was never tried" : `Node ${major} was never tried`;
}

/** How its tables of positions are written; undefined where the release is not known. */
export function stepFormOf(release: NodeRelease | undefined): StepForm | undefined {
  if (release === undefined) return undefined;
  return Number.parseInt(release.v8, 10) >= 14 ? "bits" : "sign";
}
