import { DataReader, DwarfDamage } from "../dataReader";
import { PointerEncoding, readPointer } from "./encodedPointer";
import type { FrameSection } from "./frameSection";

/**
 * Call-frame information: `.eh_frame` as the Linux Standard Base Core 5.0 chapter 10.6 has it, and `.debug_frame` of
 * DWARF 5 section 6.4.1. Addresses are link-time addresses as numbers: below 2^53 in every user program.
 */
/** What several functions share. */
export interface CommonEntry {
  readonly codeAlignment: number;
  readonly dataAlignment: number;
  readonly returnAddressRegister: number;
  /** How addresses in its entries are written (DW_EH_PE_…). */
  readonly pointerEncoding: number;
  /** The frame was made by the kernel to deliver a signal: its return address is the interrupted instruction. */
  readonly isSignalFrame: boolean;
  readonly hasAugmentationData: boolean;
  readonly instructions: number;
  readonly instructionsEnd: number;
}

/** The unwind program of one function, for link-time addresses [start, end). */
export interface FrameEntry {
  readonly common: CommonEntry;
  readonly start: number;
  readonly end: number;
  readonly instructions: number;
  readonly instructionsEnd: number;
}

/** One parsed length and id: what an entry is before it is read. */
interface EntryHead {
  /** Offset of the length field. */
  readonly offset: number;
  readonly end: number;
  /** Offset of the common entry, undefined when this is one. */
  readonly commonOffset: number | undefined;
  readonly body: number;
  readonly is64: boolean;
}

/** Reads entries of one section; common entries are kept. */
export class FrameEntryReader {
  private readonly commons = new Map<number, CommonEntry>();
  readonly name: string;

  constructor(readonly section: FrameSection) {
    this.name = section.kind === "eh" ? ".eh_frame" : ".debug_frame";
  }

  /**
   * The entry whose length field is at `offset`.
   * @returns undefined when a common entry or the terminator is there
   * @throws DwarfDamage
   */
  entryAt(offset: number): FrameEntry | undefined {
    const head = this.headAt(offset);
    return head?.commonOffset === undefined ? undefined : this.readEntry(head);
  }

  /** Calls back with every entry in file order; damage ends one entry, a bad length the walk. */
  forEach(
    visit: (entry: { readonly offset: number; readonly start: number; readonly end: number }) => void,
  ): void {
    let offset = 0;
    while (offset + 4 <= this.section.bytes.byteLength) {
      let head: EntryHead | undefined;
      try {
        head = this.headAt(offset);
      } catch (thrown) {
        if (thrown instanceof DwarfDamage) return;
        throw thrown;
      }
      // A terminator in the middle is what `ld -r` leaves; after it comes padding or the next input's entries.
      if (head === undefined) {
        offset += 4;
        continue;
      }
      if (head.commonOffset !== undefined) {
        try {
          const { start, end } = this.readEntry(head);
          if (end > start) visit({ offset, start, end });
        } catch (thrown) {
          if (!(thrown instanceof DwarfDamage)) throw thrown;
        }
      }
      offset = head.end;
    }
  }

  private headAt(offset: number): EntryHead | undefined {
    const reader = new DataReader(this.section.bytes, this.name, this.section.littleEndian, offset);
    let length = reader.u32();
    if (length === 0) return undefined;
    const is64 = length === 0xffff_ffff;
    if (is64) length = reader.u64AsNumber();
    const end = reader.position + length;
    if (end > this.section.bytes.byteLength) reader.fail(`has an entry of ${length} bytes, past the end`);
    const idPosition = reader.position;
    const wideId = is64 && this.section.kind === "debug";
    const id = wideId ? reader.u64() : BigInt(reader.u32());
    const isCommon =
      this.section.kind === "eh" ? id === 0n : id === (wideId ? 0xffff_ffff_ffff_ffffn : 0xffff_ffffn);
    const commonOffset = isCommon
      ? undefined
      : this.section.kind === "eh"
        ? idPosition - Number(id)
        : Number(id);
    return { offset, end, commonOffset, body: reader.position, is64 };
  }

  private readEntry(head: EntryHead): FrameEntry {
    const common = this.commonAt(head.commonOffset!);
    const reader = new DataReader(
      this.section.bytes,
      this.name,
      this.section.littleEndian,
      head.body,
      head.end,
    );
    const start = readPointer(reader, this.section, common.pointerEncoding);
    const size = readPointer(reader, this.section, common.pointerEncoding & PointerEncoding.formatBits);
    if (common.hasAugmentationData) reader.take(reader.uleb());
    return {
      common,
      start,
      end: start + size,
      instructions: reader.position,
      instructionsEnd: head.end,
    };
  }

  private commonAt(offset: number): CommonEntry {
    const known = this.commons.get(offset);
    if (known !== undefined) return known;
    const head = this.headAt(offset);
    if (head === undefined || head.commonOffset !== undefined) {
      throw new DwarfDamage(this.name, offset, "an entry names this as its common entry, which it is not");
    }
    const common = this.readCommon(head);
    this.commons.set(offset, common);
    return common;
  }

  private readCommon(head: EntryHead): CommonEntry {
    const reader = new DataReader(
      this.section.bytes,
      this.name,
      this.section.littleEndian,
      head.body,
      head.end,
    );
    const version = reader.u8();
    const augmentation = reader.string();
    if (version >= 4) reader.take(2);
    if (augmentation === "eh") reader.take(this.section.addressBytes);
    const codeAlignment = reader.uleb();
    const dataAlignment = reader.sleb();
    const returnAddressRegister = version === 1 ? reader.u8() : reader.uleb();
    let pointerEncoding: number = PointerEncoding.absolute;
    let isSignalFrame = false;
    const hasAugmentationData = augmentation.startsWith("z");
    if (hasAugmentationData) {
      const length = reader.uleb();
      const dataEnd = reader.position + length;
      for (const letter of augmentation.slice(1)) {
        if (letter === "R") pointerEncoding = reader.u8();
        else if (letter === "L") reader.take(1);
        else if (letter === "P") readPointer(reader, this.section, reader.u8());
        else if (letter === "S") isSignalFrame = true;
        // B: aarch64 pointer authentication by the B key; G: memory tagging. Neither changes the layout.
        else if (letter !== "B" && letter !== "G") break;
      }
      reader.position = Math.min(dataEnd, head.end);
    }
    return {
      codeAlignment,
      dataAlignment,
      returnAddressRegister,
      pointerEncoding,
      isSignalFrame,
      hasAugmentationData,
      instructions: reader.position,
      instructionsEnd: head.end,
    };
  }
}
