import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import {
  type KeptByName,
  nothingKept,
  type RedactionLevel,
  redactionLevels,
} from "../../../analyzer/base/secrets/redactionLevel";
import { unwatched, type Work } from "../../../analyzer/base/work";
import type { Heap, ObjectIndex } from "../../../analyzer/heap/heap";
import { redactDump } from "../../../analyzer/heap/hprof/rewrite/redactDump";
import { stringOf } from "../../../analyzer/heap/java/objects/strings";
import { heapShape } from "../../../analyzer/heap/java/privacy/heapShape";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";
import { seededRandom } from "../../build/seededRandom";

const object = 0x1000n;
const string = 0x1100n;
const thread = 0x1200n;
const account = 0x1300n;
const holder = 0x1400n;

/** Strings, a thread, an account with inherited and own fields, loose arrays, and a constant of the program. */
function secretive(idSize: 4 | 8 = 8): HprofBuilder {
  const builder = new HprofBuilder({ idSize });
  builder.text("constant-secret");
  const serial = builder
    .class(object, "java/lang/Object")
    .class(0x1500n, "java/lang/Class", { super: object })
    .class(string, "java/lang/String", {
      super: object,
      fields: [
        ["value", "object"],
        ["coder", "byte"],
        ["hash", "int"],
      ],
    })
    .class(thread, "java/lang/Thread", { super: object, fields: [["name", "object"]] })
    .class(holder, "com/example/Holder", {
      super: object,
      fields: [
        ["balance", "long"],
        ["owner", "object"],
      ],
      statics: [["limit", "int", 77]],
    })
    .class(account, "com/example/Account", {
      super: holder,
      fields: [
        ["pin", "int"],
        ["other", "object"],
        ["digits", "object"],
      ],
    })
    .loadClass(0x1600n, "[Lcom/example/Account;");
  builder.classDump(0x1600n, { super: object });
  const frame = builder.frame("charge", "(Lcom/example/Account;J)V", "Account.java", serial, 12);
  builder.trace(1, 1, [frame]);
  return builder
    .root("thread-object", 0x2000n, 1, 1)
    .root("sticky-class", account)
    .instance(0x2000n, thread, { name: 0x2040n })
    .instance(0x2040n, string, { value: 0x2080n, hash: 5 })
    .primitiveArray(0x2080n, "byte", letters("worker-7"))
    .instance(0x2100n, account, {
      balance: 123456n,
      owner: 0x2140n,
      pin: 9731,
      other: 0x2100n,
      digits: 0x2200n,
    })
    .instance(0x2140n, string, { value: 0x2180n })
    .primitiveArray(0x2180n, "byte", letters("Ada"))
    .primitiveArray(0x2200n, "char", [57, 55, 51, 49])
    .objectArray(0x2240n, 0x1600n, [0x2100n, 0n])
    .root("jni-global", 0x2240n);
}

function letters(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}

function redacted(
  bytes: Uint8Array,
  level: RedactionLevel,
  kept: KeptByName = nothingKept,
  work: Work = unwatched,
) {
  const pieces: Uint8Array[] = [];
  const sink = (piece: Uint8Array) => pieces.push(piece.slice());
  const redaction = redactDump(new BytesSource("test.hprof", bytes), { level, kept }, sink, work);
  return { copy: new Uint8Array(Buffer.concat(pieces)), ...redaction };
}

function at(heap: Heap, id: bigint): ObjectIndex {
  return heap.indexOf(id)!;
}

function has(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes).includes(text);
}

describe("a redacted copy", () => {
  for (const level of redactionLevels) {
    for (const idSize of [4, 8] as const) {
      it(`has the shape of the original at level ${level}, ids of ${idSize} bytes`, async () => {
        const bytes = secretive(idSize).build();
        const { copy } = redacted(bytes, level);
        expect(copy.byteLength).toBe(bytes.byteLength);
        const shape = heapShape((await openBytes(copy)).heap, unwatched);
        expect(shape).toEqual(heapShape((await openBytes(bytes)).heap, unwatched));
        expect(shape.objects).toBeGreaterThan(10);
      });
    }
  }

  it("has no strings, names of threads and constants at the lowest level, but numbers and loose arrays", async () => {
    const { copy } = redacted(secretive().build(), "strings");
    const { heap } = await openBytes(copy);
    for (const text of ["worker-7", "Ada", "constant-secret"]) expect(has(copy, text)).toBe(false);
    expect(stringOf(heap, at(heap, 0x2040n), 20)).toBe("********");
    expect(heap.fieldOf(at(heap, 0x2100n), "pin")).toEqual({ type: "int", value: 9731 });
    expect([...heap.primitiveBytesOf(at(heap, 0x2200n), 0, 4)]).toEqual([0, 57, 0, 55, 0, 51, 0, 49]);
  });

  it("has no contents of arrays from the second level on", async () => {
    const { heap } = await openBytes(redacted(secretive().build(), "arrays").copy);
    expect(new Set(heap.primitiveBytesOf(at(heap, 0x2200n), 0, 4))).toEqual(new Set([0x2a]));
    expect(heap.fieldOf(at(heap, 0x2100n), "balance")).toEqual({ type: "long", value: 123456n });
  });

  it("has no own, inherited and static numbers from the third level on, but all references", async () => {
    const { heap } = await openBytes(redacted(secretive().build(), "fields").copy);
    const found = at(heap, 0x2100n);
    expect(heap.fieldOf(found, "pin")).toEqual({ type: "int", value: 0 });
    expect(heap.fieldOf(found, "balance")).toEqual({ type: "long", value: 0n });
    expect(heap.fieldOf(found, "owner")).toEqual({ type: "object", id: 0x2140n });
    expect(heap.fieldOf(found, "digits")).toEqual({ type: "object", id: 0x2200n });
    const [type] = heap.classes.findByName("com.example.Holder");
    expect(heap.classes.staticFieldsOf(type!)[0]!.value).toEqual({ type: "int", value: 0 });
  });

  it("has other names of the same lengths at the last level, and can be told them back", async () => {
    const { copy, names } = redacted(secretive().build(), "names");
    const { heap } = await openBytes(copy);
    for (const text of ["example", "Account", "Holder", "balance", "charge", "pin"])
      expect(has(copy, text)).toBe(false);
    expect(heap.classes.findByName("java.lang.String")).toHaveLength(1);
    const name = heap.classNameOf(at(heap, 0x2100n));
    expect(name).toHaveLength("com.example.Account".length);
    expect(names.get(name.replaceAll(".", "/"))).toBe("com/example/Account");
    expect(heap.classNameOf(at(heap, 0x2240n))).toBe(`${name}[]`);
    const [frame] = heap.threads[0]!.frames;
    expect(names.get(frame!.method)).toBe("charge");
    expect(frame!.signature).toBe(`(L${name.replaceAll(".", "/")};J)V`);
  });

  it("keeps what is listed", async () => {
    const kept = {
      classes: [],
      fields: ["com.example.Account#pin", "com.example.Holder#owner"],
      threads: ["worker-7"],
    };
    const { heap } = await openBytes(redacted(secretive().build(), "names", kept).copy);
    const values = heap.fieldsOf(at(heap, 0x2100n)).map(({ value }) => value);
    expect(values).toContainEqual({ type: "int", value: 9731 });
    expect(values).toContainEqual({ type: "long", value: 0n });
    expect(stringOf(heap, at(heap, 0x2140n), 20)).toBe("Ada");
    expect(stringOf(heap, at(heap, 0x2040n), 20)).toBe("worker-7");
    const whole = { ...kept, classes: ["com.example.*"], threads: ["another"] };
    const { heap: more } = await openBytes(redacted(secretive().build(), "names", whole).copy);
    expect(more.fieldOf(at(more, 0x2100n), "balance")).toEqual({ type: "long", value: 123456n });
    expect([...more.primitiveBytesOf(at(more, 0x2200n), 0, 1)]).toEqual([0, 57]);
    expect(more.classes.findByName("com.example.Account")).toHaveLength(1);
    expect(stringOf(more, at(more, 0x2040n), 20)).toBe("********");
  });

  it("has nothing of what no record accounts for", () => {
    const builder = secretive();
    builder.record(0x0d, () => builder.u4(1).u4(0).u4(0x73656372).u4(0x65742d31));
    builder.record(0x40, () => builder.u4(0x73656372).u4(0x65742d32));
    const bytes = Buffer.concat([builder.build(), Buffer.from("trailing secret-3")]);
    const { copy } = redacted(bytes, "strings");
    expect(copy.byteLength).toBe(bytes.byteLength);
    expect(has(bytes, "secret-1") && has(bytes, "secret-3")).toBe(true);
    for (const text of ["secret-1", "secret-2", "secret-3"]) expect(has(copy, text)).toBe(false);
  });

  it("of a dump that was cut anywhere has its length and nothing of its contents", async () => {
    const bytes = secretive().build();
    for (let length = 40; length < bytes.byteLength; length++) {
      const { copy } = redacted(bytes.subarray(0, length), "fields");
      expect(copy.byteLength).toBe(length);
      for (const text of ["worker-7", "constant-secret"]) expect(has(copy, text)).toBe(false);
    }
  });

  it("of a damaged dump is written without fault", () => {
    const random = seededRandom(11);
    const bytes = secretive().build();
    for (let round = 0; round < 1500; round++) {
      const damaged = bytes.slice();
      for (let k = 0; k < 4; k++) {
        damaged[31 + Math.floor(random() * (bytes.byteLength - 31))] = Math.floor(random() * 256);
      }
      expect(redacted(damaged, "names").copy.byteLength).toBe(bytes.byteLength);
    }
  });

  it("is not finished when nobody wants it any more", () => {
    const work = {
      ...unwatched,
      throwIfCancelled: () => {
        throw new Error("enough");
      },
    };
    expect(() => redacted(secretive().build(), "fields", nothingKept, work)).toThrow("enough");
  });
});
