/** A `.debug_line` of version 5: two folders, two files with checksums, and every kind of opcode. */
export function lineProgram(): Uint8Array {
  const text = (value: string) => [...new TextEncoder().encode(value), 0];
  const u32 = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255];
  const address = (value: number) => [...u32(value), 0, 0, 0, 0];
  const sum = Array.from({ length: 16 }, (_, at) => at + 1);
  const lists = [
    ...[1, 1, 8, 2, ...text("/src/shop"), ...text("include")],
    ...[3, 1, 8, 2, 11, 5, 30, 2, ...text("till.c"), 0, ...sum, ...text("till.h"), 1, ...sum],
  ];
  const operands = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
  const header = [1, 1, 1, 0xfb, 14, 13, ...operands, ...lists];
  const program = [
    ...[0, 9, 2, ...address(0x1000)],
    ...[5, 3, 3, 10, 1, 4, 2, 2, 4, 6, 7, 8, 9, 16, 0, 10, 11, 12, 1],
    ...[0x4b, 0x83, 0x20, 0, 2, 4, 3, 0x4b, 2, 8, 0, 1, 1],
  ];
  const rest = [5, 0, 8, 0, ...u32(header.length), ...header, ...program];
  return Uint8Array.from([...u32(rest.length), ...rest]);
}
