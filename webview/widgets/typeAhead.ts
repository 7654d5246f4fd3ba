const pause = 800;
/** Lines looked at for a match: those near the reader, so that a key stroke never walks a huge tree. */
const reach = 5000;

/** Letters typed in a row, joined until the typist pauses. */
export class TypeAhead {
  private typed = "";
  private lastKey = 0;

  /**
   * Position of the next line whose text (or its last dotted part) starts with what was typed; undefined when
   * there is none. `textAt` gives undefined for lines that are not loaded.
   */
  find(
    key: string,
    now: number,
    from: number,
    length: number,
    textAt: (position: number) => string | undefined,
  ): number | undefined {
    if (now - this.lastKey > pause) this.typed = "";
    this.lastKey = now;
    this.typed += key.toLowerCase();
    // A second letter refines the match one stands on; a first letter goes on to the next.
    const first = this.typed.length > 1 ? from : from + 1;
    for (let step = 0; step < Math.min(length, reach); step++) {
      const position = (first + step) % length;
      const text = textAt(position)?.toLowerCase();
      if (text === undefined) continue;
      if (text.startsWith(this.typed) || text.slice(text.lastIndexOf(".") + 1).startsWith(this.typed)) {
        return position;
      }
    }
    return undefined;
  }
}
