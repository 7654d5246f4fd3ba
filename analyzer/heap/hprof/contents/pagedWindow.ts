import type { ByteSource } from "../../../base/byteSource";
import { Window } from "../../../formats/hprof/window";

/** Whole blocks of what is compared with its checksums. */
const pageBytes = 32 << 10;
/** A power of two. Objects that are looked at in turn lie at several places: a string, its array, one like it. */
const pagesKept = 256;
const straddlingBytes = 4096;

interface Page {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly available: number;
}

/** A window that keeps several pieces of a file, for hopping between places that are visited again. */
export class PagedWindow extends Window {
  private readonly pages = new Array<Page | undefined>(pagesKept).fill(undefined);
  /** For what no page holds whole. */
  private readonly straddling: Window;

  constructor(source: ByteSource) {
    super(source, straddlingBytes);
    this.straddling = new Window(source, straddlingBytes);
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

  private straddle(position: number, length: number): number {
    const { straddling } = this;
    this.available = 0;
    const index = straddling.at(position, length);
    this.bytes = straddling.bytes;
    this.view = straddling.view;
    this.base = straddling.base;
    this.available = straddling.available;
    return index;
  }
}
