import { auxiliary } from "../formats/elf/constants";
import type { Inflate } from "../formats/elf/sections";
import type { CoreImage, CoreThread } from "./coreImage";
import { LoadedModule, type OpenedFiles } from "./modules/loadedModule";
import type { ModuleMatch } from "./modules/moduleFiles";
import type { Stack } from "./unwind/stack";
import { unwind } from "./unwind/unwinder";

/** A core together with the files of its modules: what stacks, symbols and values are read from. */
export class LoadedCore {
  /** By address. */
  readonly modules: readonly LoadedModule[];
  private readonly stacks = new Map<number, Stack<LoadedModule>>();
  private lastModule: LoadedModule | undefined;

  /**
   * @param matches one for each module of the image, in order
   * @param open opens the files a match names
   */
  constructor(
    readonly image: CoreImage,
    matches: readonly ModuleMatch[],
    open: (index: number, match: ModuleMatch) => OpenedFiles,
    inflate: Inflate,
  ) {
    const entry = image.auxiliaryVector.get(auxiliary.entry);
    this.modules = image.modules
      .map((module, index) => {
        const match = matches[index]!;
        const files = open(index, match);
        const inputs = { match, files, memory: image.memory, inflate };
        return new LoadedModule(module, entry === undefined ? inputs : { ...inputs, entry });
      })
      .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
    image.memory.addBackings(this.modules.flatMap((module) => module.backings));
  }

  /** The module that has an address mapped. */
  moduleAt(address: bigint): LoadedModule | undefined {
    const last = this.lastModule;
    if (last !== undefined && holds(last, address)) return last;
    const found = this.modules.find((module) => holds(module, address));
    this.lastModule = found ?? last;
    return found;
  }

  /** The stack of a thread; kept, since views ask for it again and again. */
  stackOf(thread: CoreThread): Stack<LoadedModule> {
    let stack = this.stacks.get(thread.index);
    if (stack === undefined) {
      stack = unwind(thread.registers, {
        architecture: this.image.architecture,
        memory: this.image.memory,
        moduleAt: (address) => this.moduleAt(address),
      });
      this.stacks.set(thread.index, stack);
    }
    return stack;
  }
}

function holds(module: LoadedModule, address: bigint): boolean {
  if (address < module.start || address >= module.end) return false;
  return module.ranges.some(({ start, end }) => address >= start && address < end);
}
