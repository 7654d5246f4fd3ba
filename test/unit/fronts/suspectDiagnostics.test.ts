import { describe, expect, it } from "vitest";
import { diagnosticsOf } from "../../../analyzer/fronts/lsp/suspectDiagnostics";
import type { SuspectRow } from "../../../analyzer/protocol/heap/suspects";

/** Lines of the fields that the workspace declares. */
const declared: Readonly<Record<string, number>> = {
  "shop.Orders.BY_NUMBER": 7,
  "shop.Order.customer": 12,
};

const sources = {
  ask: async (_question: string, { className, field }: { className: string; field?: string }) => {
    const line = declared[`${className}.${field}`];
    const path = `/work/${className.replaceAll(".", "/")}.java`;
    return { locations: line === undefined ? [] : [{ path, line, column: 5 }] };
  },
} as unknown as Parameters<typeof diagnosticsOf>[1];

function suspectAt(
  path: readonly (readonly [className: string, field?: string])[],
  field: string,
): SuspectRow {
  const [className, name] = field.split(/\.(?=[^.]+$)/);
  return {
    kind: "object",
    className: "java.lang.String",
    objects: 3,
    retainedBytes: 4096,
    share: 0.5,
    confidence: "likely",
    field: { className: className!, name: name! },
    path: path.map(([each, step], index) => ({
      className: each,
      objectId: `0x${index}`,
      ...(step === undefined ? {} : { field: step }),
    })),
    roots: ["static field"],
    evidence: [],
  } as unknown as SuspectRow;
}

async function messagesFor(suspect: SuspectRow) {
  const found = await diagnosticsOf(
    [{ path: "/work/a.hprof", name: "a.hprof", suspects: [suspect] }],
    sources,
  );
  return [...found].flatMap(([uri, diagnostics]) =>
    diagnostics.map(({ range, relatedInformation = [] }) => ({
      uri,
      line: range.start.line,
      path: relatedInformation.map(({ message, location }) => [
        message,
        location.uri,
        location.range.start.line,
      ]),
    })),
  );
}

describe("the problem of a suspect", () => {
  it("tells steps through classes of others with the next step that has a line", async () => {
    const path = [
      ["shop.Orders", "BY_NUMBER"],
      ["java.util.HashMap", "table"],
      ["java.util.HashMap$Node[]", "[7]"],
      ["java.util.HashMap$Node", "value"],
      ["shop.Order", "customer"],
      ["java.lang.String"],
    ] as const;
    expect(await messagesFor(suspectAt(path, "shop.Order.customer"))).toEqual([
      {
        uri: "file:///work/shop/Order.java",
        line: 11,
        path: [
          ["static field: Orders.BY_NUMBER", "file:///work/shop/Orders.java", 6],
          [
            "HashMap.table → HashMap$Node[][7] → HashMap$Node.value → Order.customer",
            "file:///work/shop/Order.java",
            11,
          ],
        ],
      },
    ]);
  });

  it("tells steps behind the last line at the line that is to blame", async () => {
    const path = [
      ["shop.Orders", "BY_NUMBER"],
      ["java.util.HashMap", "table"],
      ["java.lang.String"],
    ] as const;
    const [problem] = await messagesFor(suspectAt(path, "shop.Orders.BY_NUMBER"));
    expect(problem!.path).toEqual([
      ["static field: Orders.BY_NUMBER", "file:///work/shop/Orders.java", 6],
      ["HashMap.table", "file:///work/shop/Orders.java", 6],
    ]);
  });

  it("is not told where the workspace does not declare the field", async () => {
    expect(await messagesFor(suspectAt([["shop.Cart", "lines"]], "shop.Cart.lines"))).toEqual([]);
  });
});
