import { HprofBuilder } from "./hprofBuilder";

const base = 0x7_0000_0000n;

/**
 * A dump with one class `com.example.Link` and a chain of `links` of its instances held by its static field
 * `first`, so that the class object retains all of them.
 */
export function chainDump(links: number): Uint8Array {
  const object = 0x1000n;
  const link = 0x1100n;
  const builder = new HprofBuilder()
    .class(object, "java/lang/Object")
    .class(0x1200n, "java/lang/Class", { super: object })
    .class(link, "com/example/Link", {
      super: object,
      fields: [["next", "object"]],
      statics: [["first", "object", base]],
    })
    .root("sticky-class", object)
    .root("sticky-class", link);
  for (let at = 0; at < links; at++) {
    const next = at + 1 < links ? base + BigInt(at + 1) * 16n : 0n;
    builder.instance(base + BigInt(at) * 16n, link, { next });
  }
  return builder.build();
}

/** Id of the n-th link of {@link chainDump}. */
export function linkId(at: number): string {
  return `0x${(base + BigInt(at) * 16n).toString(16)}`;
}
