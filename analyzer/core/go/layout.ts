/**
 * Where the runtime keeps what is read of it: [minor version of Go 1 from which, offset in bytes], for 64-bit machines.
 * Taken from the debug information of each release; `test/oracle/native/goroutines.test.ts` reads the oldest and the newest by it.
 */
const fieldOffsets = {
  "g.stack.lo": [[21, 0]],
  "g.stack.hi": [[21, 8]],
  "g.m": [[21, 48]],
  "g.sched.sp": [[21, 56]],
  "g.sched.pc": [[21, 64]],
  "g.sched.bp": [
    [21, 104],
    [25, 96],
  ],
  "g.syscallsp": [
    [21, 112],
    [25, 104],
  ],
  "g.syscallpc": [
    [21, 120],
    [25, 112],
  ],
  "g.atomicstatus": [
    [21, 144],
    [23, 152],
    [25, 144],
  ],
  "g.goid": [
    [21, 152],
    [23, 160],
    [25, 152],
  ],
  "g.waitsince": [
    [21, 168],
    [23, 176],
    [25, 168],
  ],
  "g.waitreason": [
    [21, 176],
    [23, 184],
    [25, 176],
  ],
  "g.lockedm": [
    [21, 208],
    [23, 216],
    [25, 208],
  ],
  "g.parentGoid": [
    [21, 272],
    [23, 280],
    [25, 272],
    [26, 280],
  ],
  "g.gopc": [
    [21, 280],
    [23, 288],
    [25, 280],
    [26, 288],
  ],
  "g.startpc": [
    [21, 296],
    [23, 304],
    [25, 296],
    [26, 304],
  ],
  "g.waiting": [
    [21, 312],
    [23, 320],
    [25, 312],
    [26, 320],
  ],
  "m.g0": [[21, 0]],
  "m.procid": [
    [21, 72],
    [25, 64],
  ],
  "m.gsignal": [
    [21, 80],
    [25, 72],
  ],
  "m.curg": [
    [21, 192],
    [25, 184],
  ],
  // Since Go 1.26 pairs, of which the second is what counts.
  "sudog.elem": [
    [21, 24],
    [26, 32],
  ],
  "sudog.waitlink": [
    [21, 64],
    [26, 72],
  ],
  "sudog.c": [
    [21, 80],
    [26, 96],
  ],
  "hchan.timer": [[23, 32]],
  "hchan.elemtype": [
    [21, 32],
    [23, 40],
  ],
  "hchan.recvq": [
    [21, 56],
    [23, 64],
  ],
  "hchan.sendq": [
    [21, 72],
    [23, 80],
  ],
  "mspan.startAddr": [[21, 24]],
  "mspan.npages": [[21, 32]],
  "mspan.freeindex": [[21, 48]],
  "mspan.nelems": [
    [21, 56],
    [22, 50],
  ],
  "mspan.allocBits": [
    [21, 72],
    [22, 64],
  ],
  "mspan.sweepgen": [
    [21, 96],
    [22, 88],
  ],
  "mspan.allocCount": [
    [21, 104],
    [22, 96],
  ],
  "mspan.spanclass": [
    [21, 106],
    [22, 98],
  ],
  "mspan.state": [
    [21, 107],
    [22, 99],
  ],
  "mspan.elemsize": [
    [21, 112],
    [22, 104],
  ],
  "mspan.largeType": [[22, 152]],
  // Of its allocator of pages, which comes first in it.
  "mheap.summary": [[21, 8]],
  "mheap.chunks": [[21, 128]],
  "mheap.inUse": [[21, 65_688]],
  "mheap.scavengedChunks": [[21, 65_728]],
  "mheap.arenas": [
    [21, 65_944],
    [22, 66_008],
  ],
  "mheap.sweepgen": [[21, 65_856]],
  "mheap.allspans": [[21, 65_864]],
  "gcController.gcPercent": [[21, 0]],
  "gcController.memoryLimit": [[21, 8]],
  "gcController.gcPercentHeapGoal": [[21, 72]],
  "gcController.heapLive": [[21, 104]],
  "gcController.heapMarked": [[21, 152]],
  "memstats.last_gc_unix": [
    [21, 3592],
    [25, 3568],
  ],
  "memstats.pause_total_ns": [
    [21, 3600],
    [25, 3576],
  ],
  "memstats.numgc": [
    [21, 7704],
    [25, 7680],
  ],
  "memstats.last_gc_nanotime": [
    [21, 7720],
    [25, 7696],
  ],
  "sched.lastpoll": [[21, 8]],
} as const satisfies Readonly<Record<string, readonly (readonly [since: number, offset: number])[]>>;

export type GoField = keyof typeof fieldOffsets;

/** Minor versions of Go 1 whose runtime is known: the first whose line tables are read, and the newest compared. */
export const oldestKnown = 21;
export const newestKnown = 27;

export interface GoLayout {
  readonly minor: number;
  /** Bytes from the structure's start; undefined where this version has no such field. */
  offsetOf(field: GoField): bigint | undefined;
}

/** @param minor the `26` of Go 1.26; newer ones are taken for the newest known */
export function layoutOf(minor: number): GoLayout {
  const offsets = new Map<string, bigint>();
  for (const [field, changes] of Object.entries(fieldOffsets))
    for (const [since, offset] of changes) if (since <= minor) offsets.set(field, BigInt(offset));
  return { minor, offsetOf: (field) => offsets.get(field) };
}
