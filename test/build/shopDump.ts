import { HprofBuilder } from "./hprofBuilder";

const ids = {
  object: 0x1000n,
  class: 0x1080n,
  string: 0x1100n,
  thread: 0x1180n,
  map: 0x1200n,
  mapNode: 0x1280n,
  nodeArray: 0x1300n,
  list: 0x1380n,
  objectArray: 0x1400n,
  reference: 0x1480n,
  weak: 0x1500n,
  soft: 0x1580n,
  loader: 0x1600n,
  system: 0x1680n,
  properties: 0x1700n,
  shop: 0x1800n,
  order: 0x1880n,
  cart: 0x1900n,
} as const;

/** Objects of {@link shopDump} that tests ask about. */
export const shopIds = { mainThread: 0x2_0000n, orders: 0x3_0000n, firstOrder: 0x10_0000n } as const;

const boxBytes = 0x40n;

/**
 * The heap of a shop whose static map `Shop.ORDERS` keeps every order: small, the same on every machine, and with
 * something to say to every question: threads with stacks and locals, strings (most the same), a loader, weak and soft
 * references, garbage, system properties, stacks that allocated.
 */
export function shopDump(orders: number): Uint8Array {
  const builder = new HprofBuilder({ createdMs: Date.UTC(2026, 0, 2, 3, 4, 5) });
  writeClasses(builder);
  const shop = builder.loadClass(0x1ff0n, "com/example/shop/Checkout");
  const take = builder.frame("take", "(Lcom/example/shop/Order;)V", "Checkout.java", shop, 42);
  const run = builder.frame("run", "()V", "Checkout.java", shop, 17);
  builder.trace(1, 1, [take, run]).trace(2, 2, [run]).trace(3, 1, [take]);
  builder.classDump(0x1ff0n, { super: ids.object, loader: 0x2_4000n });
  const string = strings(builder);

  builder.instance(0x2_4000n, ids.loader);
  builder.root("thread-object", shopIds.mainThread, 1, 1).root("thread-object", 0x2_1000n, 2, 2);
  builder.instance(shopIds.mainThread, ids.thread, { name: string("main"), contextClassLoader: 0x2_4000n });
  builder.instance(0x2_1000n, ids.thread, { name: string("checkout-1"), daemon: true });
  builder.root("java-frame", 0x2_2000n, 1, 0).instance(0x2_2000n, ids.cart, { items: 0x2_2040n });
  builder.instance(0x2_2040n, ids.list, { size: 2, elementData: 0x2_2080n });
  builder.objectArray(0x2_2080n, ids.objectArray, [shopIds.firstOrder, 0x2_2000n, 0n, 0n]);

  const nodeAt = (at: number) => 0x20_0000n + BigInt(at) * boxBytes;
  const orderAt = (at: number) => shopIds.firstOrder + BigInt(at) * boxBytes;
  for (const id of [ids.shop, ids.system]) builder.root("sticky-class", id);
  builder.instance(shopIds.orders, ids.map, { size: orders, table: 0x3_0040n });
  const slots = 2 ** Math.ceil(Math.log2(Math.max(2, orders * 1.25)));
  builder.objectArray(
    0x3_0040n,
    ids.nodeArray,
    Array.from({ length: slots }, (_, at) => (at < orders ? nodeAt(at) : 0n)),
  );
  for (let at = 0; at < orders; at++) {
    builder.instance(nodeAt(at), ids.mapNode, {
      hash: at,
      key: string(`order ${at % 5}`),
      value: orderAt(at),
    });
    builder.instance(orderAt(at), ids.order, { number: BigInt(at), customer: string("Ada") }, 3);
  }
  builder.root("jni-global", 0x4_0000n).instance(0x4_0000n, ids.weak, { referent: 0x4_0040n });
  builder.instance(0x4_0040n, ids.cart).root("jni-global", 0x4_0080n);
  builder.instance(0x4_0080n, ids.soft, { referent: 0x4_00c0n });
  builder.primitiveArray(0x4_00c0n, "byte", new Array<number>(512).fill(0));
  // Nobody holds these.
  builder.instance(0x5_0000n, ids.cart, { items: 0x5_0040n }).primitiveArray(0x5_0040n, "long", [1n, 2n, 3n]);
  writeProperties(builder, string, { "java.version": "17.0.9", "user.timezone": "Europe/Vienna" });
  return builder.build();
}

function writeClasses(builder: HprofBuilder): void {
  const plain = { super: ids.object };
  builder
    .class(ids.object, "java/lang/Object")
    .class(ids.class, "java/lang/Class", plain)
    .class(ids.string, "java/lang/String", {
      ...plain,
      fields: [
        ["value", "object"],
        ["coder", "byte"],
        ["hash", "int"],
      ],
    })
    .class(ids.loader, "jdk/internal/loader/ClassLoaders$AppClassLoader", plain)
    .class(ids.thread, "java/lang/Thread", {
      ...plain,
      fields: [
        ["name", "object"],
        ["daemon", "boolean"],
        ["contextClassLoader", "object"],
      ],
    })
    .class(ids.map, "java/util/HashMap", {
      ...plain,
      fields: [
        ["table", "object"],
        ["size", "int"],
      ],
    })
    .class(ids.mapNode, "java/util/HashMap$Node", {
      ...plain,
      fields: [
        ["hash", "int"],
        ["key", "object"],
        ["value", "object"],
        ["next", "object"],
      ],
    })
    .class(ids.nodeArray, "[Ljava/util/HashMap$Node;", plain)
    .class(ids.objectArray, "[Ljava/lang/Object;", plain)
    .class(ids.list, "java/util/ArrayList", {
      ...plain,
      fields: [
        ["elementData", "object"],
        ["size", "int"],
      ],
    })
    .class(ids.reference, "java/lang/ref/Reference", { ...plain, fields: [["referent", "object"]] })
    .class(ids.weak, "java/lang/ref/WeakReference", { super: ids.reference })
    .class(ids.soft, "java/lang/ref/SoftReference", { super: ids.reference })
    .class(ids.properties, "java/util/Properties", { ...plain, fields: [["map", "object"]] })
    .class(ids.system, "java/lang/System", { ...plain, statics: [["props", "object", 0x6_0000n]] })
    .class(ids.shop, "com/example/shop/Shop", {
      ...plain,
      loader: 0x2_4000n,
      statics: [["ORDERS", "object", shopIds.orders]],
    })
    .class(ids.order, "com/example/shop/Order", {
      ...plain,
      loader: 0x2_4000n,
      fields: [
        ["number", "long"],
        ["customer", "object"],
      ],
    })
    .class(ids.cart, "com/example/shop/Cart", {
      ...plain,
      loader: 0x2_4000n,
      fields: [["items", "object"]],
    });
}

/** Writes a new string object, with an array of its own, for every text it is given. */
function strings(builder: HprofBuilder): (text: string) => bigint {
  let next = 0x80_0000n;
  return (text) => {
    const id = next;
    next += 0x80n;
    builder.instance(id, ids.string, { value: id + 0x40n });
    builder.primitiveArray(id + 0x40n, "byte", [...Buffer.from(text, "latin1")]);
    return id;
  };
}

function writeProperties(
  builder: HprofBuilder,
  string: (text: string) => bigint,
  properties: Readonly<Record<string, string>>,
): void {
  const entries = Object.entries(properties);
  const nodes = entries.map((_, at) => 0x6_1000n + BigInt(at) * boxBytes);
  builder.instance(0x6_0000n, ids.properties, { map: 0x6_0040n });
  builder.instance(0x6_0040n, ids.map, { size: entries.length, table: 0x6_0080n });
  builder.objectArray(0x6_0080n, ids.nodeArray, nodes);
  entries.forEach(([name, value], at) => {
    builder.instance(nodes[at]!, ids.mapNode, { hash: at, key: string(name), value: string(value) });
  });
}
