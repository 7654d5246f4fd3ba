import { formatBytes } from "../../base/figures";
import { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import type { GoHeap } from "../../core/go/goMemory";
import { findGoRuntime } from "../../core/go/goRuntime";
import { typeGoHeap } from "../../core/go/heapTypes/goHeapTypes";
import type { BlockNames } from "../../core/malloc/blockNames";
import { BlockTypes } from "../../core/malloc/blockTypes";
import { recogniseBlocks } from "../../core/malloc/patterns/recognise";
import type { ClassifiedMemory } from "../../core/regions/classify";
import { demangle } from "../../core/symbols/demangle/demangle";
import type { CoreContext } from "./coreContext";

/** What the blocks of a core's heap are: types of Go's objects, else classes and patterns. */
export function blockNamesOf(context: CoreContext, map: ClassifiedMemory, work: Work): BlockNames {
  const ofGo = map.go && goNames(context, map, map.go, work);
  if (ofGo !== undefined) return ofGo;
  const types = firstWordTypes(context);
  const patterns = recogniseBlocks(context.image, map.malloc, work);
  const { blocks } = map.malloc;
  return {
    typeOf: (block) => types.of(blocks.startOf(block)),
    patternOf: (block) => patterns.of(block),
  };
}

function goNames(
  { core, view, managed }: CoreContext,
  { malloc: { blocks } }: ClassifiedMemory,
  { spans }: GoHeap,
  work: Work,
): BlockNames | undefined {
  const runtime = findGoRuntime(core, new ProblemList());
  if (runtime === undefined) return undefined;
  const threads = managed.lightThreads.filter(({ keptStack }) => keptStack === undefined);
  const types = typeGoHeap({ runtime, blocks, spans, view, threads, work });
  return {
    typeOf: (block) => types.nameOf(block),
    patternOf: () => undefined,
    restOf: (block) => {
      const hasNone = spans.at(blocks.startOf(block))?.hasNoPointers === true;
      return `${formatBytes(blocks.sizeOf(block))} ${hasNone ? "without" : "with"} pointers`;
    },
  };
}

/** By symbols `vtable for Widget` is the table of a `Widget`. */
export function firstWordTypes({ core, image }: CoreContext): BlockTypes {
  return new BlockTypes(image, (address) => {
    const module = core.moduleAt(BigInt(address));
    const symbol = module?.symbols.objectAt(module.relative(BigInt(address)));
    if (symbol === undefined || !symbol.name.startsWith("_ZTV")) return undefined;
    return (demangle(symbol.name) ?? symbol.name).replace(/^vtable for /, "");
  });
}

export function blockName(names: BlockNames, block: number): string | undefined {
  return names.typeOf(block) ?? names.patternOf(block);
}
