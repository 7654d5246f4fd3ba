import type { JavaCode } from "../frames/javaCode";
import { fieldOffset } from "../klassFields";
import { type Klass, type KlassTable, stackChunkClass } from "../klassTable";
import type { ObjectReferences } from "../objectReferences";
import type { VmStructs } from "../vmStructs";

export const virtualThreadClass = "java/lang/VirtualThread";

/** A piece of a stack that lies in the heap, because no carrier runs the thread (JDK 21 on). */
export interface StackChunk {
  /** Address of its first word; frames lie from `top` to `bottom`, which are addresses too. */
  readonly start: number;
  readonly top: number;
  readonly bottom: number;
  readonly end: number;
  /** Where the innermost frame goes on; undefined where it is not known in which field that is. */
  readonly pc: number | undefined;
}

/** `VirtualThread.state`: neither started nor ended threads hold frames. */
const notStarted = 0;
const ended = 99;
/** Chunks of all threads, and of one: they grow by the size of a stack, so that it has few. */
const mostChunks = 1 << 22;
const mostOfThread = 1 << 12;
const mostWords = 1 << 28;
/** Bytes of a chunk before its frames: a few fields. */
const mostFieldBytes = 1024;

/** Reads where stacks of virtual threads lie. */
export class StackChunks {
  private pcAt: number | undefined;

  private constructor(
    private readonly structs: VmStructs,
    private readonly references: ObjectReferences,
    private readonly code: JavaCode | undefined,
    private readonly fields: ChunkFields,
  ) {}

  /** @returns undefined where the JVM has no virtual threads */
  static of(
    structs: VmStructs,
    klasses: KlassTable,
    references: ObjectReferences,
    code: JavaCode | undefined,
  ): StackChunks | undefined {
    const fields = fieldsOfChunks(structs, klasses);
    return fields && new StackChunks(structs, references, code, fields);
  }

  /**
   * Those of a virtual thread, the innermost first; undefined for one that has not begun or has ended.
   * @param seen chunks of other threads, to which these are added: a chunk is in one list only
   */
  ofThread(thread: number, seen = new Set<number>()): StackChunk[] | undefined {
    const { structs, references, fields } = this;
    const state = (structs.words.i32(thread + fields.state) ?? ended) & 0xff;
    if (state === notStarted || state === ended) return undefined;
    const found: StackChunk[] = [];
    const continuation = references.fieldAt(thread + fields.continuation) ?? 0;
    let chunk = continuation === 0 ? 0 : (references.fieldAt(continuation + fields.tail) ?? 0);
    let steps = 0;
    while (chunk !== 0 && !seen.has(chunk) && seen.size < mostChunks && steps++ < mostOfThread) {
      seen.add(chunk);
      const read = this.chunkAt(chunk);
      if (read !== undefined) found.push(read);
      chunk = references.fieldAt(chunk + fields.parent) ?? 0;
    }
    return found;
  }

  private chunkAt(chunk: number): StackChunk | undefined {
    const { structs, fields } = this;
    const { words } = structs;
    const size = words.i32(chunk + fields.size) ?? 0;
    const top = words.i32(chunk + fields.top) ?? 0;
    const last = words.i32(chunk + fields.bottom) ?? 0;
    const bottom = fields.isArgumentSize ? size - last : last;
    if (size <= 0 || size > mostWords || top < 0 || top > bottom || bottom > size) return undefined;
    const start = chunk + fields.stack;
    const at = (word: number) => start + 8 * word;
    return { start, top: at(top), bottom: at(bottom), end: at(size), pc: this.pcOf(chunk, top < bottom) };
  }

  /** The JVM adds a field for it that no table names: it is the one with an address of code. */
  private pcOf(chunk: number, hasFrames: boolean): number | undefined {
    const { structs, code, fields } = this;
    if (code === undefined || !hasFrames) return undefined;
    for (let at = 8; this.pcAt === undefined && at + 8 <= fields.stack; at += 8)
      if (code.isReturnIntoJava(structs.words.u64(chunk + at))) this.pcAt = at;
    const pc = this.pcAt === undefined ? -1 : structs.words.u64(chunk + this.pcAt);
    return pc > 0 ? pc : undefined;
  }
}

interface ChunkFields {
  readonly state: number;
  readonly continuation: number;
  readonly tail: number;
  readonly size: number;
  readonly top: number;
  readonly bottom: number;
  /** To JDK 21 it is said how many words of arguments follow the frames. */
  readonly isArgumentSize: boolean;
  readonly parent: number;
  /** Frames follow the fields. */
  readonly stack: number;
}

function fieldsOfChunks(structs: VmStructs, klasses: KlassTable): ChunkFields | undefined {
  const thread = klasses.byNameOrUndefined(virtualThreadClass);
  const continuation = klasses.byNameOrUndefined("jdk/internal/vm/Continuation");
  const chunk = klasses.byNameOrUndefined(stackChunkClass);
  if (thread === undefined || continuation === undefined || chunk === undefined) return undefined;
  const at = (klass: Klass, name: string) => fieldOffset(structs, klass, name);
  const bottom = at(chunk, "bottom");
  const fields = {
    state: at(thread, "state"),
    continuation: at(thread, "cont"),
    tail: at(continuation, "tail"),
    size: at(chunk, "size"),
    top: at(chunk, "sp"),
    bottom: bottom ?? at(chunk, "argsize"),
    parent: at(chunk, "parent"),
  };
  if (Object.values(fields).includes(undefined) || chunk.layoutHelper > mostFieldBytes) return undefined;
  return {
    ...(fields as { readonly [name in keyof typeof fields]: number }),
    isArgumentSize: bottom === undefined,
    stack: chunk.layoutHelper - (chunk.layoutHelper % 8),
  };
}
