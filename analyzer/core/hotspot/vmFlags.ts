import type { VmStructs } from "./vmStructs";

/** Command line flags of the JVM: name to the address of its value. */
export class VmFlags {
  private readonly addresses = new Map<string, number>();

  /** JDK 8 calls the type `Flag`, later ones `JVMFlag`. */
  constructor(private readonly structs: VmStructs) {
    const type = structs.hasType("JVMFlag") ? "JVMFlag" : "Flag";
    const table = structs.staticWord([type, "flags"]);
    const count = structs.staticWord([type, "numFlags"]);
    const bytes = structs.sizeOfType(type);
    const name = structs.offset([type, "_name"]);
    const address = structs.offset([type, "_addr"]);
    if (
      table === undefined ||
      count === undefined ||
      bytes === undefined ||
      name === undefined ||
      address === undefined
    )
      return;
    for (let index = 0; index < Math.min(count, 5000); index++) {
      const entry = table + index * bytes;
      const pointer = structs.wordAt(entry + name);
      const text = pointer ? structs.words.text(pointer) : undefined;
      const value = structs.wordAt(entry + address);
      if (text !== undefined && value !== undefined) this.addresses.set(text, value);
    }
  }

  /** False for a flag this JVM does not have. */
  isSet(name: string): boolean {
    const address = this.addresses.get(name);
    return address !== undefined && this.structs.words.u8(address) === 1;
  }

  /** Value of a flag that is small whatever its width: 4 bytes in some releases, 8 in others. */
  small(name: string): number | undefined {
    const address = this.addresses.get(name);
    return address === undefined ? undefined : this.structs.words.i32(address);
  }

  /** Value of an 8-byte flag (intx, uintx, size_t). */
  number(name: string): number | undefined {
    return this.structs.wordAt(this.addresses.get(name));
  }
}
