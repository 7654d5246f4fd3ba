import type { Frame } from "../../unwind/stack";
import type { JavaObjects } from "../javaObjects";
import type { JavaCode, JavaCodeFrame } from "./javaCode";
import { oopSlotsAt } from "./oopMaps";

/** An object that a frame of Java refers to. */
export interface FrameReference {
  readonly object: number;
  /**
   * True when the JVM itself says that an object is there; false for a word of an interpreted frame that is the address
   * of one, and may be left over.
   */
  readonly isExact: boolean;
}

/** Slots of locals and of the expression stack of one interpreted frame. */
const mostSlots = 65_535 * 2;

/**
 * The objects that a frame refers to: of compiled ones by the map of the address they return to, of interpreted ones the
 * class of the method exactly, and words that are addresses of objects.
 * @returns undefined for compiled frames that were interrupted where no map is: look at all words there
 */
export function frameReferences(
  code: JavaCode,
  objects: JavaObjects,
  frame: Frame<unknown>,
  found: JavaCodeFrame,
): FrameReference[] | undefined {
  const { interpreted, compiledAt, blob } = found;
  if (interpreted !== undefined)
    return interpreted.framePointer === undefined
      ? []
      : interpretedReferences(code, objects, frame, found, interpreted.framePointer);
  if (compiledAt === undefined) return [];
  if (!compiledAt.isReturn) return undefined;
  const slots = oopSlotsAt(code, blob, compiledAt.pc);
  const sp = frame.registers[code.architecture.stackPointer];
  if (slots === undefined || sp === undefined) return undefined;
  const { references } = objects;
  return slots.flatMap(({ isNarrow, stackAt, register }) => {
    let object: number | undefined;
    if (stackAt !== undefined) {
      const at = Number(sp) + stackAt;
      object = isNarrow ? references.fieldAt(at) : objects.onStackAt(at);
    } else if (register === code.layout.framePointerSlot) {
      const word = frame.registers[code.architecture.framePointer];
      if (word !== undefined)
        object = isNarrow ? references.narrow(Number(BigInt.asUintN(32, word))) : objects.inRegister(word);
    }
    return object === undefined || objects.klassOf(object) === undefined ? [] : [{ object, isExact: true }];
  });
}

/** From the locals down to the end of the expression stack: a callee's arguments are still on it. */
function interpretedReferences(
  code: JavaCode,
  objects: JavaObjects,
  frame: Frame<unknown>,
  { interpreted }: JavaCodeFrame,
  fp: number,
): FrameReference[] {
  const { layout, words, methods } = code;
  const found: FrameReference[] = [];
  const addAt = (at: number, isExact: boolean) => {
    const object = objects.onStackAt(at);
    if (object !== undefined) found.push({ object, isExact });
  };
  if (layout.mirror !== undefined) addAt(fp + 8 * layout.mirror, true);
  const locals = code.localsOf(fp);
  const count = methods.short(interpreted!.method.constMethod, "_max_locals");
  if (locals !== undefined && count > 0)
    for (let slot = 0; slot < Math.min(count, mostSlots); slot++) addAt(locals - 8 * slot, false);
  const monitors = code.relative(fp, layout.monitors) ?? fp + 8 * layout.monitors;
  for (let at = monitors; at < fp + 8 * layout.monitors && at > fp - 2 ** 16; at += 16) addAt(at + 8, true);
  const last = code.relative(fp, layout.lastSp);
  const hasLast = last !== undefined && last < monitors && words.u64(fp + 8 * layout.lastSp) !== 0;
  const sp = Number(frame.registers[code.architecture.stackPointer] ?? 0n);
  const bottom = hasLast ? last : sp;
  if (bottom < monitors && monitors - bottom < 8 * mostSlots)
    for (let at = monitors - 8; at >= bottom; at -= 8) addAt(at, false);
  return found;
}
