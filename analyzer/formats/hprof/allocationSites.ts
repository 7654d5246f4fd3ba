import type { Work } from "../../base/work";
import type { HprofHeader } from "./header";
import { recordTag } from "./tags";
import type { Window } from "./window";

/** One entry of an ALLOC_SITES record: what one stack trace allocated of one class. */
export interface AllocationSiteRecord {
  readonly classSerial: number;
  readonly traceSerial: number;
  readonly liveBytes: number;
  readonly liveObjects: number;
  readonly allocatedBytes: number;
  readonly allocatedObjects: number;
}

/** u2 flags, u4 cutoff ratio, u4 live bytes, u4 live objects, u8 allocated bytes, u8 allocated objects, u4 count */
const headBytes = 34;
/** u1 array type, u4 class serial, u4 trace serial, then four u4 figures */
const siteBytes = 25;

/**
 * The last ALLOC_SITES record of a file, that of the heap dump where there is one for each; the hprof agent of JDK 8 and before writes them (`heap=sites`). Empty when
 * there is none. Layout: `hprof_b_spec.h` of JDK 8's hprof agent.
 */
export function readAllocationSites(
  window: Window,
  header: HprofHeader,
  work: Work,
  dump: { readonly number: number; readonly of: number } = { number: 1, of: 1 },
): AllocationSiteRecord[] {
  const bodies: { readonly body: number; readonly length: number }[] = [];
  let position = header.bytes;
  for (let records = 0; ; records++) {
    if ((records & 0xfff) === 0) work.throwIfCancelled();
    const index = window.at(position, 9, 4096);
    if (index < 0) break;
    const tag = window.bytes[index]!;
    const length = window.view.getUint32(index + 5);
    if (tag === recordTag.allocationSites) bodies.push({ body: position + 9, length });
    position += 9 + length;
  }
  const chosen = bodies.length === dump.of ? bodies[dump.number - 1] : bodies.at(-1);
  return chosen === undefined ? [] : sitesOf(window, chosen.body, chosen.length);
}

function sitesOf(window: Window, body: number, length: number): AllocationSiteRecord[] {
  const sites: AllocationSiteRecord[] = [];
  const head = window.at(body, headBytes);
  if (head < 0 || length < headBytes) return sites;
  const count = Math.min(window.view.getUint32(head + 30), Math.floor((length - headBytes) / siteBytes));
  for (let site = 0; site < count; site++) {
    const index = window.at(body + headBytes + site * siteBytes, siteBytes);
    if (index < 0) break;
    const u4 = (offset: number) => window.view.getUint32(index + offset);
    sites.push({
      classSerial: u4(1),
      traceSerial: u4(5),
      liveBytes: u4(9),
      liveObjects: u4(13),
      allocatedBytes: u4(17),
      allocatedObjects: u4(21),
    });
  }
  return sites;
}
