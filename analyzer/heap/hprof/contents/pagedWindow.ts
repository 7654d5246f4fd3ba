import type { ByteSource } from "../../../base/byteSource";
import { Window } from "../../../formats/hprof/window";

/** Whole blocks of what is compared with its checksums. */
const pageBytes = 32 << 10;
/** A power of two. Objects that are looked at in turn lie at several places: a string, its array, one like it. */
const pagesKept = 256;
const asideBytes = 4096;

interface Page {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly available: number;
}

/** A window that keeps several pieces of a file, for hopping between places that are visited again. */
export class PagedWindow extends Window {
  private readonly pages = new Array<Page | undefined>(pagesKept).fill(undefined);
  private joined = new Uint8Array(256);
  /** For what two pages do not hold. */
  private readonly aside: Window;

  constructor(source: ByteSource) {
    super(source, asideBytes);
    this.aside = new Window(source, asideBytes);
  }

  override at(position: number, length: number): number {
    const index = position - this.base;
    if (index >= 0 && index + length <= this.available) return index;
    if (position + length > this.source.byteLength) return -1;
    const number = Math.floor(position / pageBytes);
    const start = number * pageBytes;
    if (position + length > start + pageBytes) return this.straddle(position, length);
    const page = this.pageAt(number);
    this.bytes = page.bytes;
    this.view = page.view;
    this.base = start;
    this.available = page.available;
    return position + length <= start + page.available ? position - start : -1;
  }

  private pageAt(number: number): Page {
    const slot = number & (pagesKept - 1);
    const known = this.pages[slot];
    if (known?.number === number) return known;
    const bytes = known?.bytes ?? new Uint8Array(pageBytes);
    const view = known?.view ?? new DataView(bytes.buffer);
    // Forgotten first: when reading fails there is something else in its bytes.
    this.pages[slot] = undefined;
    this.available = 0;
    const start = number * pageBytes;
    const wanted = Math.min(pageBytes, this.source.byteLength - start);
    const page = { number, bytes, view, available: this.source.read(start, bytes.subarray(0, wanted)) };
    this.pages[slot] = page;
    return page;
  }

  /** What two pages have a part of is put together from them; longer pieces are read as they are. */
  private straddle(position: number, length: number): number {
    const first = Math.floor(position / pageBytes);
    const between = (first + 1) * pageBytes;
    if (position + length > between + pageBytes) return this.readAside(position, length);
    if (this.joined.length < length) this.joined = new Uint8Array(2 * length);
    const { joined } = this;
    const before = this.pageAt(first);
    joined.set(before.bytes.subarray(position - first * pageBytes));
    const after = this.pageAt(first + 1);
    joined.set(after.bytes.subarray(0, position + length - between), between - position);
    this.bytes = joined;
    this.view = new DataView(joined.buffer);
    this.base = position;
    this.available = Math.min(length, between - position + after.available);
    return this.available >= length ? 0 : -1;
  }

  private readAside(position: number, length: number): number {
    const { aside } = this;
    this.available = 0;
    const index = aside.at(position, length);
    this.bytes = aside.bytes;
    this.view = aside.view;
    this.base = aside.base;
    this.available = aside.available;
    return index;
  }
}
