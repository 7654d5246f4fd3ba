/** Finds nodes by address: those of a dump stand nearly in the order of their addresses. */
export interface AddressOrder {
  /** Nodes, ascending by address; of two with one address the first of the file first. */
  readonly order: Uint32Array;
  /** -1 when nothing has the address. */
  nodeAt(address: number): number;
}

export function addressOrderOf(addresses: Float64Array): AddressOrder {
  const order = Uint32Array.from(addresses, (_, node) => node).sort(
    (a, b) => addresses[a]! - addresses[b]! || a - b,
  );
  return {
    order,
    nodeAt(address) {
      let low = 0;
      let high = order.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (addresses[order[middle]!]! < address) low = middle + 1;
        else high = middle;
      }
      const node = order[low];
      return node !== undefined && addresses[node] === address ? node : -1;
    },
  };
}
