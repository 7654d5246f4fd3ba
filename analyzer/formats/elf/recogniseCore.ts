/** e_type of a core file. */
const coreType = 4;

/**
 * An ELF core by its header, e_ident and e_type at offset 16 (System V ABI, chapter 4): its word size in bits;
 * undefined when it is not one.
 */
export function recogniseCore(head: Uint8Array): 32 | 64 | undefined {
  if (head[0] !== 0x7f || head[1] !== 0x45 || head[2] !== 0x4c || head[3] !== 0x46) return undefined;
  const type = head[5] === 2 ? (head[16]! << 8) | head[17]! : head[16]! | (head[17]! << 8);
  if (type !== coreType) return undefined;
  return head[4] === 2 ? 64 : 32;
}
