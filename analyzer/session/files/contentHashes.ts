import xxhash, { type XXHash, type XXHashAPI } from "xxhash-wasm";

let loading: Promise<XXHashAPI> | undefined;

/** What LZ4 and Zstandard frames are checked with. */
export interface ContentHashes {
  hash32(bytes: Uint8Array): number;
  start32(): XXHash<number>;
  start64(): XXHash<bigint>;
}

/** Compiled once a thread. */
export async function loadContentHashes(): Promise<ContentHashes> {
  loading ??= xxhash();
  const { h32Raw, create32, create64 } = await loading;
  return { hash32: (bytes) => h32Raw(bytes), start32: () => create32(), start64: () => create64() };
}
