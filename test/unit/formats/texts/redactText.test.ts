import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { ProblemList } from "../../../../analyzer/base/problems";
import type { RedactionLevel } from "../../../../analyzer/base/secrets/redactionLevel";
import { unwatched } from "../../../../analyzer/base/work";
import { redactText } from "../../../../analyzer/formats/texts/redactText";
import { readSavedText } from "../../../../analyzer/formats/texts/savedText";

function redacted(bytes: Uint8Array, level: RedactionLevel): string {
  const pieces: Uint8Array[] = [];
  redactText(new BytesSource("text", bytes), level, (piece) => pieces.push(piece.slice()), unwatched);
  return Buffer.concat(pieces).toString(bytes[0] === 0xff ? "utf16le" : "utf8");
}

const threads = `2026-11-28 01:02:03
Full thread dump OpenJDK 64-Bit Server VM (17.0.9+9 mixed mode):

"main" #1 prio=5 os_prio=0 cpu=1.0ms elapsed=2.0s tid=0x00007f00 nid=0x1 waiting on condition  [0x00007f01]
   java.lang.Thread.State: TIMED_WAITING (sleeping)
	at java.lang.Thread.sleep(java.base@17.0.9/Native Method)
	at com.example.Shop.serve(Shop.java:12)
	- locked <0x000000061> (a com.example.Basket)

"worker of Ada 4711" #12 daemon prio=5 os_prio=0 tid=0x00007f02 nid=0x2 runnable  [0x00007f03]
   java.lang.Thread.State: RUNNABLE
	at com.example.Shop.serve(Shop.java:12)

charged card 4012 8888 8888 1881 of ada
JNI global refs: 5, weak refs: 0
`;

describe("a redacted text", () => {
  it("has the figures of a thread dump, not what people called its threads or printed in between", () => {
    const copy = redacted(Buffer.from(threads), "fields");
    expect(copy).toContain('"main" #1');
    expect(copy).toContain('"****** ** *** ****" #12 daemon');
    expect(copy).toContain("\n******* **** **** **** **** **** ** ***\n");
    expect(copy).toContain("at com.example.Shop.serve(Shop.java:12)");
    const parsed = (text: string) => {
      const {
        threads: count,
        groups,
        ...rest
      } = readSavedText(
        new BytesSource("text", Buffer.from(text)),
        new ProblemList(),
        unwatched,
      ) as never as { threads: number; groups: readonly unknown[] };
      return { count, groups: groups.length, rest };
    };
    expect(parsed(copy)).toEqual(parsed(threads));
  });

  it("has other names of the same length at the level of names", () => {
    const copy = redacted(Buffer.from(threads), "names");
    expect(copy).not.toMatch(/example|Shop|Basket|serve/);
    expect(copy).toContain("at java.lang.Thread.sleep(java.base@17.0.9/Native Method)");
    expect(copy).toHaveLength(threads.length);
  });

  it.each([
    ["[0.002s][info][gc] -Ddb.user=ada -Xmx64m", "[0.002s][info][gc] -Ddb.user=*** -Xmx64m"],
    ["[0.003s][info][gc] jdbc:x://app:Tr0ub4dor@db/x", "[0.003s][info][gc] jdbc:x://app:*********@db/x"],
    ["order 17 of Ada\r", "***** ** ** ***\r"],
  ])("of a GC log makes %j into %j", (line, expected) => {
    const log = `[0.001s][info][gc] Using G1\n${line}\n`;
    expect(redacted(Buffer.from(log), "strings")).toBe(log.replace(line, expected));
    const wide = Buffer.from(`\ufeff${log}`, "utf16le");
    expect(redacted(wide, "strings")).toBe(`\ufeff${log.replace(line, expected)}`);
  });

  it("has nothing of a key over several lines, nor of a line without an end", () => {
    const key =
      "[0.1s][info][gc] -----BEGIN PRIVATE KEY-----\n[MIIEow]\n-----END PRIVATE KEY-----\n[0.2s] next\n";
    const hidden = key.replace(/^(.*\n.*\n.*)\n/, (_, lines: string) => `${lines.replace(/\S/g, "*")}\n`);
    expect(redacted(Buffer.from(`[0.001s][info][gc] Using G1\n${key}`), "strings")).toBe(
      `[0.001s][info][gc] Using G1\n${hidden}`,
    );
    const long = redacted(
      Buffer.from(`[0.001s][info][gc] Using G1\n[0.1s] ${"secret".repeat(100_000)}`),
      "strings",
    );
    expect(long).not.toContain("secret");
  });
});
