import type { MemoryImage } from "../memoryImage";
import type { GoField, GoLayout } from "./layout";

/** Reads fields of the runtime's structures. Absent memory and fields this version lacks read as undefined. */
export class GoFields {
  constructor(
    readonly memory: MemoryImage,
    readonly layout: GoLayout,
  ) {}

  word(structure: bigint, field: GoField): bigint | undefined {
    const at = this.placeOf(structure, field);
    return at === undefined ? undefined : this.memory.u64(at);
  }

  u32(structure: bigint, field: GoField): number | undefined {
    const at = this.placeOf(structure, field);
    return at === undefined ? undefined : this.memory.u32(at);
  }

  u16(structure: bigint, field: GoField): number | undefined {
    const at = this.placeOf(structure, field);
    return at === undefined ? undefined : this.memory.u16(at);
  }

  u8(structure: bigint, field: GoField): number | undefined {
    const at = this.placeOf(structure, field);
    return at === undefined ? undefined : this.memory.u8(at);
  }

  placeOf(structure: bigint, field: GoField): bigint | undefined {
    const offset = this.layout.offsetOf(field);
    return offset === undefined ? undefined : structure + offset;
  }
}
