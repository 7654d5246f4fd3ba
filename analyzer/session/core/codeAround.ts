import type { CoreContext } from "./coreContext";
import { type Disassembler, disassemblerFor } from "./disassembler";

/** The disassembler for the code at an address. */
export type Code = (address: bigint) => Disassembler;

/** Frames of a thread that are looked through for one that returns to an address. */
const mostFrames = 256;
/** Of CPSR: the processor executes Thumb. */
const thumbBit = 1n << 5n;

/** On 32-bit Arm code is of one of two instruction sets, which its bytes do not tell. */
export async function codeAround(context: CoreContext, address: bigint): Promise<Code> {
  const { architecture } = context.image;
  const usual = await disassemblerFor(architecture);
  if (architecture.name !== "arm") return () => usual;
  const thumb = await disassemblerFor(architecture, true);
  const known = (at: bigint) => {
    const module = context.core.moduleAt(at);
    return module?.symbols.isThumbAt(module.relative(at));
  };
  const fallback = known(address) ?? isThumbInFrames(context, address) ?? false;
  const counters = new Map(
    context.image.threads.map(({ registers, otherRegisters }) => [
      registers[architecture.programCounter],
      ((otherRegisters?.get("cpsr") ?? 0n) & thumbBit) !== 0n,
    ]),
  );
  return (at) => ((counters.get(at) ?? known(at) ?? fallback) ? thumb : usual);
}

/** What the frames at an address say: the processor's state, or the lowest bit of the address that is returned to. */
function isThumbInFrames({ core, image }: CoreContext, address: bigint): boolean | undefined {
  const { programCounter, linkRegister = 14 } = image.architecture;
  for (const thread of image.threads) {
    if (thread.registers[programCounter] === address)
      return ((thread.otherRegisters?.get("cpsr") ?? 0n) & thumbBit) !== 0n;
    const stack = core.stackOf(thread);
    for (let index = 1; index < mostFrames; index++) {
      const frame = stack.frameAt(index);
      if (frame === undefined) break;
      if (frame.pc !== address) continue;
      // The link register of the caller, or of who has yet to return, holds the address with its lowest bit.
      for (const { registers } of [frame, stack.frameAt(index - 1)!]) {
        const link = registers[linkRegister];
        if (link === address + 1n) return true;
      }
      return false;
    }
  }
  return undefined;
}
