import { expect, it } from "vitest";
import { systemProperties } from "../../../../analyzer/heap/java/program/systemProperties";
import { HprofBuilder } from "../../../build/hprofBuilder";
import { openBytes } from "../../../build/openBytes";

it("follows the defaults of the system properties, the nearest first, once around", async () => {
  const builder = new HprofBuilder()
    .class(0x1000n, "java/lang/Object")
    .class(0x1100n, "java/lang/String", { super: 0x1000n, fields: [["value", "object"]] })
    .class(0x1200n, "[Ljava/util/Hashtable$Entry;", { super: 0x1000n })
    .class(0x1300n, "java/util/Hashtable$Entry", {
      super: 0x1000n,
      fields: [
        ["key", "object"],
        ["value", "object"],
        ["next", "object"],
      ],
    })
    .class(0x1400n, "java/util/Hashtable", {
      super: 0x1000n,
      fields: [
        ["table", "object"],
        ["count", "int"],
      ],
    })
    .class(0x1500n, "java/util/Properties", { super: 0x1400n, fields: [["defaults", "object"]] })
    .class(0x1600n, "java/lang/System", { super: 0x1000n, statics: [["props", "object", 0x2000n]] })
    .root("sticky-class", 0x1600n);
  let next = 0x10000n;
  const id = () => {
    next += 0x40n;
    return next;
  };
  const string = (text: string): bigint => {
    const [object, chars] = [id(), id()];
    builder.primitiveArray(
      chars,
      "char",
      [...text].map((char) => char.charCodeAt(0)),
    );
    builder.instance(object, 0x1100n, { value: chars });
    return object;
  };
  const properties = (object: bigint, defaults: bigint, name: string, value: string, more?: string): void => {
    const entries = [[name, value], ...(more === undefined ? [] : [["user.dir", more]])].map(
      ([key, text]) => {
        const entry = id();
        builder.instance(entry, 0x1300n, { key: string(key!), value: string(text!) });
        return entry;
      },
    );
    const table = id();
    builder.objectArray(table, 0x1200n, entries);
    builder.instance(object, 0x1500n, { table, count: entries.length, defaults });
  };
  properties(0x2000n, 0x2100n, "user.dir", "/own");
  properties(0x2100n, 0x2200n, "java.version", "1.7.0", "/default");
  // Leads back to the first.
  properties(0x2200n, 0x2000n, "os.name", "Linux");
  const { heap } = await openBytes(builder.build());
  expect(systemProperties(heap).map(({ name, value }) => `${name}=${value}`)).toEqual([
    "java.version=1.7.0",
    "os.name=Linux",
    "user.dir=/own",
  ]);
});
