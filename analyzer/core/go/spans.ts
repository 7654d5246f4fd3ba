import { findWord, type GoRuntime } from "./goRuntime";
import type { GoSpan } from "./goSpan";

const pageBytes = 8192;
const recordBytes = 160;
const inUse = 1;
const manual = 2;
const mostSpans = 16_000_000;
const largestSpan = 2 ** 40;
/** To see that a list is the one of spans. */
const spansLookedAt = 32;

/** Address of `runtime.mheap_`; without symbols it is found by its list of spans. */
export function heapOf(runtime: GoRuntime): bigint | undefined {
  const named = runtime.addressOf("runtime.mheap_");
  if (named !== undefined) return named;
  const { memory, program, fields } = runtime;
  const listAt = fields.layout.offsetOf("mheap.allspans");
  if (listAt === undefined) return undefined;
  const found = findWord(program.data, memory, (first, at) => {
    const count = memory.u64(at + 8n) ?? 0n;
    const room = memory.u64(at + 16n) ?? 0n;
    if (first % 8n !== 0n || count < 2n || count > room || room > BigInt(mostSpans)) return false;
    let inUse = 0;
    for (let index = 0n; index < count; index += 1n + count / BigInt(spansLookedAt)) {
      const span = memory.u64(first + 8n * index) ?? 0n;
      const start = span === 0n ? undefined : fields.word(span, "mspan.startAddr");
      const pages = span === 0n ? undefined : fields.word(span, "mspan.npages");
      if (start === undefined || pages === undefined) return false;
      if (start % BigInt(pageBytes) !== 0n || start >= 1n << 48n || pages > 1n << 27n) return false;
      // What was given back is kept, and cleared.
      if ((start === 0n) !== (pages === 0n)) return false;
      if (pages > 0n) inUse++;
    }
    return inUse > 1;
  });
  return found === undefined ? undefined : found - listAt;
}

/** The spans in use, in the runtime's order. */
export function* goSpansOf(heap: bigint, runtime: GoRuntime): Generator<GoSpan> {
  const { memory, fields } = runtime;
  const list = fields.placeOf(heap, "mheap.allspans");
  const first = list === undefined ? undefined : memory.u64(list);
  if (list === undefined || first === undefined) return;
  const count = Math.min(Number(memory.u64(list + 8n) ?? 0n), mostSpans);
  const piece = 4096;
  for (let from = 0; from < count; from += piece) {
    const wanted = Math.min(piece, count - from);
    const bytes = memory.bytes(first + BigInt(8 * from), 8 * wanted);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + 8 <= bytes.byteLength; at += 8) {
      const span = spanAt(view.getBigUint64(at, true), runtime);
      if (span !== undefined) yield span;
    }
    if (bytes.byteLength < 8 * wanted) return;
  }
}

function spanAt(address: bigint, { memory, fields: { layout } }: GoRuntime): GoSpan | undefined {
  if (address === 0n || address >= 1n << 53n) return undefined;
  const bytes = memory.bytes(address, recordBytes);
  if (bytes.byteLength < recordBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (field: Parameters<typeof layout.offsetOf>[0]) => Number(layout.offsetOf(field) ?? 0n);
  const word = (field: Parameters<typeof layout.offsetOf>[0]) => view.getBigUint64(at(field), true);
  // Counts of objects became 16 bits wide with Go 1.22.
  const count = (field: Parameters<typeof layout.offsetOf>[0]) =>
    layout.minor >= 22 ? view.getUint16(at(field), true) : Number(word(field));
  const state = bytes[at("mspan.state")];
  const start = Number(word("mspan.startAddr"));
  const size = Number(word("mspan.npages")) * pageBytes;
  if ((state !== inUse && state !== manual) || !(size > 0 && size <= largestSpan) || start % pageBytes !== 0)
    return undefined;
  const spanClass = bytes[at("mspan.spanclass")]!;
  const isLarge = spanClass < 2;
  const elementBytes = Number(word("mspan.elemsize"));
  if (state === inUse && !(elementBytes > 0 && elementBytes <= size)) return undefined;
  const elements = isLarge
    ? 1
    : Math.min(count("mspan.nelems"), Math.floor(size / Math.max(8, elementBytes)));
  return {
    address: Number(address),
    start,
    bytes: size,
    use: state === manual ? "manual" : isLarge ? "large" : "small",
    elementBytes,
    elements,
    freeIndex: count("mspan.freeindex"),
    bits: word("mspan.allocBits"),
    hasNoPointers: spanClass % 2 === 1,
    largeType: layout.offsetOf("mspan.largeType") === undefined ? 0n : word("mspan.largeType"),
  };
}
