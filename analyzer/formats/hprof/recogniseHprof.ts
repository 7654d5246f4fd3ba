/** The header of an HPROF file, `JAVA PROFILE 1.0.2` and a zero byte, in words; undefined when it is not one. */
export function recogniseHprof(head: Uint8Array): string | undefined {
  // biome-ignore lint/plugin: at most 19 bytes
  const text = String.fromCharCode(...head.subarray(0, 19));
  const match = /^JAVA PROFILE (\d\.\d(?:\.\d)?)\0/.exec(text);
  return match === null ? undefined : `HPROF ${match[1]}`;
}
