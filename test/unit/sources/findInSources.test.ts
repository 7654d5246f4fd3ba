import { describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import { indexDeclarations } from "../../../analyzer/sources/declarationIndex";
import {
  type FoundPlaces,
  findClass,
  findField,
  findFrame,
  type Sources,
} from "../../../analyzer/sources/findInSources";
import { indexSources } from "../../../analyzer/sources/sourceIndex";
import type { SourceTree } from "../../../analyzer/sources/sourceTree";
import { memoryTree } from "../../build/memoryTree";

const shop = memoryTree("/shop", {
  "core/src/main/java/com/shop/Order.java": `package com.shop;
public class Order {
  private final java.util.List<Line> lines = new java.util.ArrayList<>();
  static final Object LOCK = new Object();
  public static class Line {
    byte[] lines;
    Runnable job = new Runnable() { public void run() {} };
  }
  enum State { OPEN, CLOSED { int extra; } }
  record Key(String tenant, long id) {}
  void close() {
    Runnable r = () -> lines.clear();
    class Closer { Order target; }
  }
}
class Receipt {
  String text;
}
`,
  "core/src/test/java/com/shop/Fixture.java": "package com.shop;\nclass Fixture { Order order; }\n",
  "kotlin/src/Model.kt": `package com.shop.model

val registry = HashMap<String, Basket>()
fun load() { val x = 1 }
class Basket(val owner: String, var items: List<String>) {
  companion object { val ALL = mutableListOf<Basket>() }
  val total by lazy { object : Any() { val hidden = 1 } }
}
object Store { val baskets = mutableMapOf<String, Basket>() }
`,
  "scala/src/main/scala/com/shop/Ledger.scala": `package com.shop
class Ledger(val entries: List[String]) {
  private val cache = Map.empty[String, String]
}
object Ledger { val shared = 1 }
`,
  "app/target/generated-sources/annotations/com/shop/OrderMapperImpl.java":
    "package com.shop;\npublic class OrderMapperImpl {\n  Object delegate;\n}\n",
  "a/src/main/java/com/shop/Twin.java": "package com.shop;\nclass Twin {\n  int a;\n}\n",
  "b/src/main/java/com/shop/Twin.java": "package com.shop;\n\nclass Twin {\n  int b;\n}\n",
  "build/generated/com/shop/Twin.java": "package com.shop;\n\n\nclass Twin {\n  int c;\n}\n",
  "moved/src/Odd.java": "package com.elsewhere;\nclass Odd {\n  int here;\n}\n",
  ".git/com/shop/Hidden.java": "package com.shop; class Hidden {}",
  "node_modules/com/shop/Module.java": "package com.shop; class Module {}",
});
const library = memoryTree(
  "/cache/lib-sources.jar",
  { "org/lib/Cache.java": "package org.lib;\npublic class Cache {\n  Object[] table;\n}\n" },
  "archive",
);

async function sourcesOf(...trees: SourceTree[]): Promise<Sources> {
  const indexes = await Promise.all(trees.map((tree) => indexSources(tree, unwatched)));
  return { indexes, declarationsOf: (index) => indexDeclarations(index, unwatched) };
}
const everything = sourcesOf(shop, library);

type Ask = (sources: Sources) => Promise<FoundPlaces>;

async function check(ask: Ask, expected: readonly string[]): Promise<void> {
  const { places } = await ask(await everything);
  expect(places.map((place) => `${place.path}:${place.line} ${place.match}`)).toEqual(expected);
}

const classOf =
  (name: string, file?: string): Ask =>
  (sources) =>
    findClass(sources, name, file, unwatched);
const fieldOf =
  (name: string, field: string): Ask =>
  (sources) =>
    findField(sources, name, field, unwatched);

const order = "/shop/core/src/main/java/com/shop/Order.java";

describe("class to source", () => {
  it.each<[string, string[]]>([
    ["com.shop.Order", [`${order}:2 package path`]],
    ["com.shop.Order[][]", [`${order}:2 package path`]],
    ["com.shop.Order$Line", [`${order}:5 package path`]],
    ["com.shop.Order$Line$1", [`${order}:7 package path`]],
    ["com.shop.Order$State", [`${order}:9 package path`]],
    ["com.shop.Order$State$1", [`${order}:9 package path`]],
    ["com.shop.Order$Key", [`${order}:10 package path`]],
    ["com.shop.Order$1Closer", [`${order}:13 package path`]],
    ["com.shop.Order$2Closer", [`${order}:13 package path`]],
    ["com.shop.Order$Line$7", [`${order}:5 package path, 7 inside it`]],
    ["com.shop.Order$$Lambda/0x00007f1c2c000a00", [`${order}:2 package path, lambda of it`]],
    ["com.shop.Order$$Lambda$14/0x00000008000c1040", [`${order}:2 package path, lambda of it`]],
    ["com.shop.Order$$Lambda$14.1234567", [`${order}:2 package path, lambda of it`]],
    ["com.shop.Order$$EnhancerBySpringCGLIB$$1a2b3c", [`${order}:2 package path, proxy of it`]],
    ["com.shop.Order$HibernateProxy$aBcD", [`${order}:2 package path, proxy of it`]],
    ["com.shop.Receipt", [`${order}:16 declaration`]],
    [
      "com.shop.OrderMapperImpl",
      ["/shop/app/target/generated-sources/annotations/com/shop/OrderMapperImpl.java:2 package path"],
    ],
    [
      "com.shop.Twin",
      [
        "/shop/a/src/main/java/com/shop/Twin.java:2 package path",
        "/shop/b/src/main/java/com/shop/Twin.java:3 package path",
        "/shop/build/generated/com/shop/Twin.java:4 package path",
      ],
    ],
    ["com.shop.model.Basket", ["/shop/kotlin/src/Model.kt:5 declaration"]],
    ["com.shop.model.Basket$Companion", ["/shop/kotlin/src/Model.kt:6 declaration"]],
    ["com.shop.model.Basket$total$2$1", ["/shop/kotlin/src/Model.kt:7 declaration, total$2$1 inside it"]],
    ["com.shop.model.ModelKt", ["/shop/kotlin/src/Model.kt:3 package declaration"]],
    ["com.shop.model.ModelKt$load$1", ["/shop/kotlin/src/Model.kt:4 package declaration, load$1 inside it"]],
    ["com.shop.Ledger", ["/shop/scala/src/main/scala/com/shop/Ledger.scala:2 package path"]],
    ["com.shop.Ledger$", ["/shop/scala/src/main/scala/com/shop/Ledger.scala:5 package path"]],
    ["com.other.Odd", ["/shop/moved/src/Odd.java:2 same name in another package"]],
    ["org.lib.Cache", ["/cache/lib-sources.jar/org/lib/Cache.java:2 package path"]],
    ["com.shop.Hidden", []],
    ["com.shop.Module", []],
    ["byte[]", []],
    ["com.sun.proxy.$Proxy12", []],
  ])("%s", (name, expected) => check(classOf(name), expected));

  it("says where it looked when nothing matches", async () => {
    const { places, searched } = await findClass(
      await everything,
      "com.missing.Nothing",
      undefined,
      unwatched,
    );
    expect(places).toEqual([]);
    expect(searched).toEqual([
      "/shop: 9 source files, first …/com/missing/Nothing.java, .kt, .scala, .groovy, then every declaration of Nothing",
      "1 source archive(s), by package path",
    ]);
  });

  it.each([
    ["byte[]", "byte[] is built into the JVM"],
    ["com.sun.proxy.$Proxy12", "com.sun.proxy.$Proxy12 is a proxy made at run time"],
  ])("says why %s has no source", async (name, reason) => {
    expect((await findClass(await everything, name, undefined, unwatched)).searched).toEqual([reason]);
  });

  it("says that no folder is open", async () => {
    const { searched } = await findClass(await sourcesOf(), "com.shop.Order", undefined, unwatched);
    expect(searched).toEqual(["no folder is open and no source archive is known"]);
  });
});

describe("field to source", () => {
  it.each<[string, string, string[]]>([
    ["com.shop.Order", "lines", [`${order}:3 package path`]],
    ["com.shop.Order$Line", "lines", [`${order}:6 package path`]],
    ["com.shop.Order", "LOCK", [`${order}:4 package path`]],
    ["com.shop.Order$Key", "tenant", [`${order}:10 package path`]],
    ["com.shop.Order$State", "CLOSED", [`${order}:9 package path`]],
    ["com.shop.Order$1Closer", "target", [`${order}:13 package path`]],
    ["com.shop.model.Basket", "items", ["/shop/kotlin/src/Model.kt:5 declaration"]],
    ["com.shop.model.Basket", "ALL", ["/shop/kotlin/src/Model.kt:6 declaration"]],
    ["com.shop.model.Basket", "Companion", ["/shop/kotlin/src/Model.kt:6 declaration"]],
    ["com.shop.model.Basket", "total$delegate", ["/shop/kotlin/src/Model.kt:7 declaration"]],
    ["com.shop.model.Store", "INSTANCE", ["/shop/kotlin/src/Model.kt:9 declaration"]],
    ["com.shop.model.Store", "baskets", ["/shop/kotlin/src/Model.kt:9 declaration"]],
    ["com.shop.model.ModelKt", "registry", ["/shop/kotlin/src/Model.kt:3 package declaration"]],
    ["com.shop.Ledger", "entries", ["/shop/scala/src/main/scala/com/shop/Ledger.scala:2 package path"]],
    [
      "com.shop.Ledger",
      "com$shop$Ledger$$cache",
      ["/shop/scala/src/main/scala/com/shop/Ledger.scala:3 package path"],
    ],
    ["com.shop.Ledger$", "MODULE$", ["/shop/scala/src/main/scala/com/shop/Ledger.scala:5 package path"]],
    ["com.shop.Twin", "b", ["/shop/b/src/main/java/com/shop/Twin.java:4 package path"]],
    ["org.lib.Cache", "table", ["/cache/lib-sources.jar/org/lib/Cache.java:3 package path"]],
    ["com.shop.Order", "gone", [`${order}:2 class only: no declaration of gone`]],
    ["com.shop.Order", "[12]", [`${order}:2 class of the array's holder`]],
  ])("%s.%s", (name, field, expected) => check(fieldOf(name, field), expected));
});

describe("frame to source", () => {
  it.each<[string, string, string | undefined, number, string[]]>([
    ["com.shop.Order", "close", "Order.java", 12, [`${order}:12 recorded line`]],
    ["com.shop.Receipt", "anything", "Order.java", 16, [`${order}:16 recorded line`]],
    ["com.shop.Order", "close", "Order.java", -1, [`${order}:11 method declaration`]],
    ["com.shop.Order", "lambda$close$0", undefined, 0, [`${order}:11 method declaration`]],
    ["com.shop.Order", "gone", undefined, 0, [`${order}:2 class of the frame`]],
    [
      "com.shop.Order",
      "close",
      "Order.java",
      900,
      [`${order}:2 the file has 18 lines, the dump recorded line 900: another version of it`],
    ],
    ["com.shop.model.Basket", "getOwner", "Model.kt", 0, ["/shop/kotlin/src/Model.kt:5 method declaration"]],
    ["com.shop.model.ModelKt", "load", "Model.kt", 4, ["/shop/kotlin/src/Model.kt:4 recorded line"]],
  ])("%s.%s %s:%i", (className, method, file, line, expected) =>
    check(
      (sources) =>
        findFrame(sources, { className, method, line, ...(file === undefined ? {} : { file }) }, unwatched),
      expected,
    ),
  );
});
