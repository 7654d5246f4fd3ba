/**
 * The two globals of the Encoding standard the pure rooms use. They are in every runtime Exhume supports, but
 * TypeScript only declares them together with the DOM or Node, which these rooms must not see.
 */
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: ArrayBufferView | ArrayBuffer): string;
}
declare class TextEncoder {
  encode(input?: string): Uint8Array;
}
