import { describe, expect, it } from "vitest";
import { accountOf } from "../../../../analyzer/core/regions/account";
import { combineEvidence } from "../../../../analyzer/core/regions/combinedEvidence";
import type { Evidence } from "../../../../analyzer/core/regions/evidence";

const mb = 1024 ** 2;

function evidenceOf(rssMb: number, committedMb: Readonly<Record<string, number>>): Evidence[] {
  return [
    { source: "status", kind: "status", rss: { bytes: rssMb * mb, exact: true } },
    {
      source: "nmt.txt",
      kind: "NMT",
      categories: Object.entries(committedMb).map(([name, committed]) => ({
        name,
        committedBytes: committed * mb,
        reservedBytes: committed * mb,
        mallocBytes: 0,
        exact: true,
      })),
      heap: { committedBytes: (committedMb["Java Heap"] ?? 0) * mb },
    },
  ];
}

const committed = { "Java Heap": 100, Class: 20, Thread: 30 };

describe("the account of memory", () => {
  it("leaves a positive remainder for resident memory that no part explains", () => {
    const account = accountOf(combineEvidence(evidenceOf(210, committed)));
    expect(account.rssBytes).toBe(210 * mb);
    expect(account.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(150 * mb);
    expect(account.unexplainedBytes).toBe(60 * mb);
    expect(account.resident).toBe(false);
  });

  it("leaves a negative remainder for committed memory that is not resident", () => {
    expect(accountOf(combineEvidence(evidenceOf(110, committed))).unexplainedBytes).toBe(-40 * mb);
  });

  it("has parts and remainder add up to RSS, also with a memory map", () => {
    const mapping = (start: number, sizeMb: number, name: string) => ({
      start,
      end: start + sizeMb * mb,
      name,
      writable: true,
      rssBytes: sizeMb * mb,
    });
    const withMap: Evidence[] = [
      ...evidenceOf(0, committed).slice(1),
      {
        source: "smaps",
        kind: "memory map",
        rss: { bytes: 190 * mb, exact: true },
        mappings: [mapping(0x1000_0000, 120, "[heap]"), mapping(0x7f00_0000_0000, 50, "/lib/x.so")],
      },
    ];
    const account = accountOf(combineEvidence(withMap));
    expect(account.resident).toBe(true);
    expect(account.unexplainedBytes).toBe(20 * mb);
    const whole = account.parts.reduce((sum, { bytes }) => sum + bytes, account.unexplainedBytes!);
    expect(whole).toBe(account.rssBytes);
  });

  it("has no remainder where no input says RSS", () => {
    expect(accountOf(combineEvidence(evidenceOf(1, committed).slice(1)))).not.toHaveProperty(
      "unexplainedBytes",
    );
  });
});
