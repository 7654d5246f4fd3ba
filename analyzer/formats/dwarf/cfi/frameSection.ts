import type { SectionBytes } from "../dataReader";

export interface FrameSection {
  readonly kind: "eh" | "debug";
  readonly bytes: SectionBytes;
  /** Link-time address of the first byte; pc-relative pointers of `.eh_frame` need it. */
  readonly address: number;
  readonly addressBytes: 4 | 8;
  readonly littleEndian: boolean;
}
