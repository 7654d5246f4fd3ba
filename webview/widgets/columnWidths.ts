/** Pixels of the columns that the reader made wider or narrower, by id; the others keep their own width. */
export type ColumnWidths = Readonly<Record<string, number>>;

export const narrowest = 40;
export const widest = 2000;

/** @param pixels undefined: as wide as it was at first */
export function resized(widths: ColumnWidths, id: string, pixels: number | undefined): ColumnWidths {
  const { [id]: _, ...others } = widths;
  if (pixels === undefined) return others;
  return { ...others, [id]: Math.round(Math.max(narrowest, Math.min(widest, pixels))) };
}

/** Tracks of the CSS grid that a table's rows and heading share. */
export function templateOf(
  columns: readonly { readonly id: string; readonly width: string }[],
  widths: ColumnWidths,
): string {
  return columns
    .map(({ id, width }) => {
      const pixels = widths[id];
      return pixels === undefined ? width : `${pixels}px`;
    })
    .join(" ");
}
