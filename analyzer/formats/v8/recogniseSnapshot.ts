/** How every V8 heap snapshot begins: the `snapshot` object comes first, `meta` first in it. */
const beginning = /^\s*\{\s*"snapshot"\s*:\s*\{\s*"meta"\s*:\s*\{/;
const beginningBytes = 256;

export function isHeapSnapshot(head: Uint8Array): boolean {
  return beginning.test(new TextDecoder("latin1").decode(head.subarray(0, beginningBytes)));
}
