import type { RegisterBlock, ThreadSnapshot } from "../../processSnapshot";

/**
 * Floating-point and vector registers as the processor's XSAVE writes them. Intel SDM volume 1, chapter 13; where each
 * part is beyond the first 576 bytes differs between processors: kernels since 6.12 say it in a note of its own.
 */

const component = { x87: 0, sse: 1, avx: 2, opmask: 5, zmmHigh: 6, zmmUpper: 7 } as const;
type Component = (typeof component)[keyof typeof component];

interface Place {
  readonly offset: number;
  readonly bytes: number;
}

const legacyBytes = 512;
const avxPlace: Place = { offset: 576, bytes: 256 };

/** By the size of the whole, as processors of Intel (with and without protection keys) and of AMD lay it out. */
const knownLayouts: readonly { readonly least: number; readonly most: number; readonly opmask: number }[] = [
  { least: 2432, most: 2447, opmask: 832 },
  { least: 2688, most: Number.MAX_SAFE_INTEGER, opmask: 1088 },
];

export class X86State {
  private constructor(
    private readonly bytes: Uint8Array,
    private readonly places: ReadonlyMap<number, Place>,
    private readonly present: bigint,
  ) {}

  static of({ registerBlock, floatingPoint }: ThreadSnapshot, isWide: boolean): X86State | undefined {
    const block = (kind: RegisterBlock) => registerBlock?.(kind);
    const whole = block("xsave");
    if (whole !== undefined && whole.length >= avxPlace.offset) {
      const present = viewOf(whole).getBigUint64(legacyBytes, true);
      return new X86State(whole, placesOf(block("xsaveLayout"), whole.length), present);
    }
    const legacy = block("fxsave") ?? (isWide ? floatingPoint?.() : undefined);
    if (legacy === undefined || legacy.length < legacyBytes) return undefined;
    return new X86State(legacy, new Map(), 3n);
  }

  /** The control words of the x87, and MXCSR. */
  word(offset: number, size: 1 | 2 | 4): number {
    const view = viewOf(this.bytes);
    return size === 1
      ? view.getUint8(offset)
      : size === 2
        ? view.getUint16(offset, true)
        : view.getUint32(offset, true);
  }

  /** `st0` is the top of the stack. */
  x87(index: number): Uint8Array {
    return this.part(component.x87, 32 + index * 16, 10);
  }

  /** 16, 32 or 64 bytes of a vector register, undefined where the dump has fewer. */
  vector(index: number, bytes: 16 | 32 | 64): Uint8Array | undefined {
    if (index >= 16) {
      const upper = this.componentPart(component.zmmUpper, (index - 16) * 64, 64);
      return upper?.subarray(0, bytes);
    }
    const low = this.part(component.sse, 160 + index * 16, 16);
    if (bytes === 16) return low;
    const middle = this.componentPart(component.avx, index * 16, 16);
    if (middle === undefined) return undefined;
    if (bytes === 32) return joined([low, middle]);
    const high = this.componentPart(component.zmmHigh, index * 32, 32);
    return high && joined([low, middle, high]);
  }

  mask(index: number): Uint8Array | undefined {
    return this.componentPart(component.opmask, index * 8, 8);
  }

  private componentPart(which: Component, offset: number, bytes: number): Uint8Array | undefined {
    const place = this.places.get(which);
    if (place === undefined || offset + bytes > place.bytes) return undefined;
    if (place.offset + offset + bytes > this.bytes.length) return undefined;
    return this.part(which, place.offset + offset, bytes);
  }

  /** A part that was never used is not written: it is as after a reset. */
  private part(which: Component, offset: number, bytes: number): Uint8Array {
    const isPresent = ((this.present >> BigInt(which)) & 1n) === 1n;
    return isPresent ? this.bytes.slice(offset, offset + bytes) : new Uint8Array(bytes);
  }
}

function placesOf(layout: Uint8Array | undefined, bytes: number): Map<number, Place> {
  const places = new Map<number, Place>();
  if (layout !== undefined) {
    const view = viewOf(layout);
    for (let at = 0; at + 16 <= layout.length; at += 16) {
      const [type, size, offset] = [0, 4, 8].map((field) => view.getUint32(at + field, true));
      places.set(type!, { offset: offset!, bytes: size! });
    }
    return places;
  }
  if (bytes >= avxPlace.offset + avxPlace.bytes) places.set(component.avx, avxPlace);
  const known = knownLayouts.find(({ least, most }) => bytes >= least && bytes <= most);
  if (known === undefined) return places;
  places.set(component.opmask, { offset: known.opmask, bytes: 64 });
  places.set(component.zmmHigh, { offset: known.opmask + 64, bytes: 512 });
  places.set(component.zmmUpper, { offset: known.opmask + 576, bytes: 1024 });
  return places;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
