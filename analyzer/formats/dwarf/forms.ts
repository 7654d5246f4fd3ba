import type { FormSizes } from "./abbrev";
import { Form } from "./constants";
import type { DataReader } from "./dataReader";

/** A form's undecoded value: indexes and offsets stay as they are until somebody asks. */
export type RawValue = number | bigint | Uint8Array;

/** Reads one attribute without decoding it. @throws DwarfDamage */
export function readForm(
  reader: DataReader,
  form: number,
  { is64, addressSize, version }: FormSizes,
): RawValue {
  switch (form) {
    case Form.addr:
      return reader.addressAsNumber(addressSize);
    case Form.data1:
    case Form.flag:
    case Form.ref1:
    case Form.strx1:
    case Form.addrx1:
      return reader.u8();
    case Form.data2:
    case Form.ref2:
    case Form.strx2:
    case Form.addrx2:
      return reader.u16();
    case Form.strx3:
    case Form.addrx3:
      return reader.u24();
    case Form.data4:
    case Form.ref4:
    case Form.refSup4:
    case Form.strx4:
    case Form.addrx4:
      return reader.u32();
    case Form.data8:
    case Form.ref8:
    case Form.refSig8:
    case Form.refSup8:
      return reader.u64();
    case Form.data16:
      return reader.block(16);
    case Form.sdata:
      return reader.slebExact();
    case Form.udata:
      return reader.ulebExact();
    case Form.refUdata:
    case Form.strx:
    case Form.addrx:
    case Form.loclistx:
    case Form.rnglistx:
    case Form.gnuAddrIndex:
    case Form.gnuStrIndex:
      return reader.uleb();
    case Form.strp:
    case Form.secOffset:
    case Form.lineStrp:
    case Form.strpSup:
    case Form.gnuRefAlt:
    case Form.gnuStrpAlt:
      return reader.offset(is64);
    case Form.refAddr:
      return version <= 2 ? reader.addressAsNumber(addressSize) : reader.offset(is64);
    case Form.flagPresent:
      return 1;
    case Form.string: {
      const start = reader.position;
      reader.skipString();
      return start;
    }
    case Form.block1:
      return reader.block(reader.u8());
    case Form.block2:
      return reader.block(reader.u16());
    case Form.block4:
      return reader.block(reader.u32());
    case Form.block:
    case Form.exprloc:
      return reader.block(reader.uleb());
    default:
      return reader.fail(`uses the unknown form 0x${form.toString(16)}`);
  }
}

/** Passes one attribute without decoding it. */
export function skipForm(reader: DataReader, form: number, size: number): void {
  if (size >= 0) {
    reader.take(size);
    return;
  }
  switch (form) {
    case Form.sdata:
    case Form.udata:
    case Form.refUdata:
    case Form.strx:
    case Form.addrx:
    case Form.loclistx:
    case Form.rnglistx:
    case Form.gnuAddrIndex:
    case Form.gnuStrIndex:
      reader.skipLeb();
      return;
    case Form.string:
      reader.skipString();
      return;
    case Form.block1:
      reader.take(reader.u8());
      return;
    case Form.block2:
      reader.take(reader.u16());
      return;
    case Form.block4:
      reader.take(reader.u32());
      return;
    case Form.block:
    case Form.exprloc:
      reader.take(reader.uleb());
      return;
    default:
      reader.fail(`uses the unknown form 0x${form.toString(16)}`);
  }
}
