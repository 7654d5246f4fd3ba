/** Names and places of modules as the dynamic loader lists them. */
export interface LinkedModuleDraft {
  readonly bias: bigint;
  readonly dynamic: bigint;
  readonly path: string;
}

const pageBytes = 4096;

/** The start of a dynamic section, its DT_DEBUG leading to `debug`, at `at` in a page. */
export function pageWithDynamicSection(at: number, debug: bigint): Uint8Array {
  const page = new Uint8Array(pageBytes);
  const view = new DataView(page.buffer);
  [1n, 1n, 21n, debug, 0n, 0n].forEach((word, index) => {
    view.setBigUint64(at + 8 * index, word, true);
  });
  return page;
}

/** One page at `address` with `struct r_debug` and the entries of its list. */
export function pageWithLinkMap(address: bigint, modules: readonly LinkedModuleDraft[]): Uint8Array {
  const page = new Uint8Array(pageBytes);
  const view = new DataView(page.buffer);
  const entryAt = (index: number) => 64 + index * 40;
  const addressOf = (index: number) =>
    index < 0 || index >= modules.length ? 0n : address + BigInt(entryAt(index));
  view.setUint32(0, 1, true);
  view.setBigUint64(8, addressOf(0), true);
  let nameAt = 2048;
  modules.forEach(({ bias, dynamic, path }, index) => {
    const words = [bias, address + BigInt(nameAt), dynamic, addressOf(index + 1), addressOf(index - 1)];
    words.forEach((word, position) => {
      view.setBigUint64(entryAt(index) + 8 * position, word, true);
    });
    const name = new TextEncoder().encode(path);
    page.set(name, nameAt);
    nameAt += name.length + 1;
  });
  return page;
}

export interface ProgramHeaderDraft {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: bigint;
  readonly bytes: number;
}

/** The first page of a little-endian 64-bit ELF file: its header and program headers. */
export function firstPageOf(
  headers: readonly ProgramHeaderDraft[],
  { machine = 62, entry = 0x1000n }: { readonly machine?: number; readonly entry?: bigint } = {},
): Uint8Array {
  const page = new Uint8Array(pageBytes);
  const view = new DataView(page.buffer);
  page.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 3, true);
  view.setUint16(18, machine, true);
  view.setBigUint64(24, entry, true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, headers.length, true);
  view.setUint16(58, 64, true);
  headers.forEach(({ type, flags, offset, address, bytes }, index) => {
    const at = 64 + 56 * index;
    view.setUint32(at, type, true);
    view.setUint32(at + 4, flags, true);
    [BigInt(offset), address, address, BigInt(bytes), BigInt(bytes)].forEach((word, position) => {
      view.setBigUint64(at + 8 + 8 * position, word, true);
    });
    view.setBigUint64(at + 48, 4096n, true);
  });
  return page;
}
