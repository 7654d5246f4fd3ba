import { HprofBuilder } from "./hprofBuilder";

/**
 * A dump as a JVM with an allocation profiler writes one: objects carry the serial of the stack that allocated
 * them. The frames are of the sample's own classes, so they open its sources.
 */
export function profiledDump(): Uint8Array {
  const builder = new HprofBuilder({ idSize: 4, version: "1.0.1" });
  const object = builder.loadClass(0x10n, "java/lang/Object");
  const entry = builder.loadClass(0x20n, "com/example/recon/LedgerEntry");
  const service = builder.loadClass(0x30n, "com/example/recon/ReconciliationService");
  const parser = builder.loadClass(0x40n, "com/example/recon/StatementParser");
  const main = builder.loadClass(0x50n, "com/example/recon/Main");
  builder.text("next");
  const signature = "()V";
  const inMain = builder.frame("main", signature, "Main.java", main, 12);
  const inRun = builder.frame("run", signature, "ReconciliationService.java", service, 30);
  const inAccept = builder.frame("accept", signature, "ReconciliationService.java", service, 40);
  const inParse = builder.frame("parse", signature, "StatementParser.java", parser, 8);
  const inBuild = builder.frame("<init>", signature, "LedgerEntry.java", entry, 15);
  builder.trace(1, 0, []);
  builder.trace(2, 1, [inBuild, inParse, inRun, inMain]);
  builder.trace(3, 1, [inParse, inRun, inMain]);
  builder.trace(4, 1, [inAccept, inRun, inMain]);
  builder.classDump(0x10n);
  builder.classDump(0x20n, { super: 0x10n, fields: [["next", "object"]] });
  let id = 0x1000n;
  const next = () => {
    id += 0x1000n;
    return id;
  };
  for (let i = 0; i < 40; i++) builder.instance(next(), 0x20n, { next: id - 0x1000n }, 2);
  for (let i = 0; i < 12; i++) builder.primitiveArray(next(), "byte", new Array<number>(300).fill(65), 3);
  for (let i = 0; i < 5; i++) builder.primitiveArray(next(), "int", new Array<number>(200).fill(7), 4);
  builder.instance(next(), 0x10n, {}, 1);
  builder.root("sticky-class", 0x20n).root("unknown", id);
  void object;
  return builder.build();
}
