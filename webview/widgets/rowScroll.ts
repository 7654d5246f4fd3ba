/**
 * Maps a list taller than a browser can lay out onto a scroll bar. Browsers stop at some 33 million pixels, which
 * is 1.5 million rows; beyond `tallestPixels` the scroll bar moves in bigger steps while the wheel and the keys
 * still move row by row.
 */
export interface RowScroll {
  readonly rowHeight: number;
  readonly rows: number;
  /** Height of the part that shows rows. */
  readonly viewHeight: number;
}

const tallestPixels = 10_000_000;

/** Height of all rows if they were laid out. */
export function contentHeight(scroll: RowScroll): number {
  return scroll.rows * scroll.rowHeight;
}

/** Height the scroll bar is given. */
export function barHeight(scroll: RowScroll): number {
  return Math.min(contentHeight(scroll), tallestPixels);
}

/** Content pixels for one pixel of the scroll bar; 1 when nothing is squeezed. */
export function squeeze(scroll: RowScroll): number {
  const bar = barHeight(scroll) - scroll.viewHeight;
  if (bar <= 0) return 1;
  return Math.max(1, (contentHeight(scroll) - scroll.viewHeight) / bar);
}

/** Keeps a content offset within the list. */
export function clampOffset(scroll: RowScroll, offset: number): number {
  return Math.max(0, Math.min(offset, contentHeight(scroll) - scroll.viewHeight));
}

/** Rows on the screen with some above and below; `end` is exclusive. */
export function rowsInView(
  scroll: RowScroll,
  offset: number,
  margin = 8,
): readonly [start: number, end: number] {
  const start = Math.floor(offset / scroll.rowHeight) - margin;
  const end = Math.ceil((offset + scroll.viewHeight) / scroll.rowHeight) + margin;
  return [Math.max(0, start), Math.max(0, Math.min(scroll.rows, end))];
}

/** Offset that makes a row visible with the least movement. */
export function offsetShowing(scroll: RowScroll, offset: number, row: number): number {
  const top = row * scroll.rowHeight;
  if (top < offset) return clampOffset(scroll, top);
  if (top + scroll.rowHeight > offset + scroll.viewHeight) {
    return clampOffset(scroll, top + scroll.rowHeight - scroll.viewHeight);
  }
  return offset;
}
