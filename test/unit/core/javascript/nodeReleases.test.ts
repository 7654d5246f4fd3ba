import { describe, expect, it } from "vitest";
import { ProblemList } from "../../../../analyzer/base/problems";
import { findV8 } from "../../../../analyzer/core/javascript/findV8";
import { stepFormOf, untriedNode } from "../../../../analyzer/core/javascript/nodeRelease";
import { scriptPositionOf } from "../../../../analyzer/core/javascript/v8Positions";
import type { LoadedProcess } from "../../../../analyzer/core/loadedProcess";
import { mappedCopies } from "../../../../analyzer/core/modules/mappedCopies";

/** As Node 24 and 26 keep them of `function* steps` in `programs/javascript/frames.js`, whose bytecode is the same. */
const tables = {
  sign: Buffer.from("01fc1017000b0029000868063c0718191729000a64", "hex"),
  bits: Buffer.from("02fc102e001600520013680f3c0e18321752001764", "hex"),
};

describe("tables of positions", () => {
  it.each(["sign", "bits"] as const)("have the places that --print-bytecode prints (%s)", (form) => {
    const places = [0, 10, 15, 35, 39, 42, 45, 57, 77, 82].map((instruction) =>
      scriptPositionOf(tables[form], instruction, form),
    );
    expect(places).toEqual([542, 542, 542, 542, 568, 583, 589, 583, 583, 608]);
  });

  it("are read by the release of V8, and not without it", () => {
    expect(stepFormOf({ node: "24.22.3", v8: "13.6.233.17-node.63" })).toBe("sign");
    expect(stepFormOf({ node: "25.9.0", v8: "14.1.146.11-node.25" })).toBe("bits");
    expect(stepFormOf(undefined)).toBeUndefined();
  });
});

it("says of releases that were never tried that they were not", () => {
  expect(untriedNode({ node: "22.23.5", v8: "12.4.254.21-node.35" })).toBeUndefined();
  expect(untriedNode({ node: "19.8.1", v8: "10.8.168.25-node.12" })).toBe("Node 19 was never tried");
  expect(untriedNode(undefined)).toBe("this release of V8 was never tried");
});

it.each([
  ["aarch64", "those of V8 in this process on aarch64 are not read"],
  ["x86_64", "V8 in this process does not describe its objects as releases from Node 18 on do"],
])("says why there are no frames of V8: %s", (name, words) => {
  const symbols = { named: (each: string) => (each === "v8dbg_SmiTagMask" ? { address: 8 } : undefined) };
  const process = {
    image: { architecture: { name } },
    modules: [{ path: "/opt/bin/node", symbols, bias: 0n }],
  };
  const problems = new ProblemList();
  const inputs = { process: process as unknown as LoadedProcess, symbolize: () => [], problems };
  expect(findV8(inputs)).toBeUndefined();
  expect(problems.toArray().map(({ message }) => message)).toEqual([
    `JavaScript's frames are missing: ${words}.`,
  ]);
});

it("tells parts of a file that were mapped once more from those the loader mapped", () => {
  const segments = [
    { address: 0x40_0000n, memoryBytes: 0x1000, fileOffset: 0, fileBytes: 0x1000, protection: 4 },
    { address: 0x60_1000n, memoryBytes: 0x5800, fileOffset: 0x1000, fileBytes: 0x5800, protection: 5 },
    { address: 0x80_6800n, memoryBytes: 0x2000, fileOffset: 0x6800, fileBytes: 0x800, protection: 6 },
  ];
  const path = "/opt/node";
  const mapped = (start: bigint, bytes: bigint, fileOffset: number) => {
    return { start, end: start + bytes, fileOffset, path };
  };
  const mappings = [
    mapped(0x40_0000n, 0x1000n, 0),
    mapped(0x60_1000n, 0x6000n, 0x1000),
    // The page that the code ends in and the data begins in.
    mapped(0x80_6000n, 0x1000n, 0x6000),
    mapped(0x7f00_0000_0000n, 0x2000n, 0x3000),
  ];
  expect(mappedCopies(mappings, segments, 0n)).toEqual([
    {
      start: 0x7f00_0000_0000n,
      end: 0x7f00_0000_2000n,
      fileOffset: 0x3000,
      bias: 0x7f00_0000_0000n - 0x60_3000n,
    },
  ]);
});
