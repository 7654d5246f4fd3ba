import { formatQuantity } from "../../../../base/figures";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { ClassIndex, ObjectIndex } from "../../../heap";
import { collectionSizeOf } from "../../collections/collection";
import { entriesOf } from "../../collections/entries";
import { referenceIn } from "../../objects/fieldReads";
import { stringOf } from "../../objects/strings";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";

const fix =
  "Unregister a bean where its life ends (MBeanServer.unregisterMBean), under the name it was registered with.";

const leastBeans = 500;
const leastShare = 0.05;
const repository = "com.sun.jmx.mbeanserver.Repository";

/** MBeans of one domain by the hundred: registered with each job or connection, unregistered with none. */
export function registeredBeans({ heap, totalBytes }: LeakContext): LeakFinding[] {
  const findings: LeakFinding[] = [];
  for (const type of heap.classes.findByName(repository)) {
    heap.forEachInstance(type as ClassIndex, (object) => {
      const domains = referenceIn(heap, object, "domainTb");
      if (domains === undefined) return true;
      for (const { key, value } of entriesOf(heap, domains)) {
        const beans = heap.indexOf(value);
        const domain = key === undefined ? undefined : heap.indexOf(key);
        if (beans !== undefined) judge(beans, domain);
      }
      return true;
    });
  }
  return findings;

  function judge(beans: ObjectIndex, domain: ObjectIndex | undefined): void {
    const count = collectionSizeOf(heap, beans)?.size ?? 0;
    const bytes = heap.retainedSizeOf(beans);
    const share = bytes / Math.max(1, totalBytes);
    if (count < leastBeans || share < leastShare) return;
    const name = domain === undefined ? undefined : stringOf(heap, domain, 100);
    const className = heap.classNameOf(beans);
    findings.push({
      shape: "registered-beans",
      kind: "object",
      object: beans,
      className,
      objects: 1,
      retainedBytes: bytes,
      field: { className: repository, name: "domainTb", static: false },
      accumulation: { object: beans, className, retainedBytes: bytes, elements: count },
      parts: [
        sharePart(share),
        elementsPart(count, 5),
        rootPart(true, "registered with the platform's MBean server"),
        shapePart(28, "MBeans that nobody unregisters"),
      ],
      evidence: [
        `${formatQuantity(count, "MBean")} are registered in the domain "${name ?? "?"}"`,
        "a program has a few for each of its parts; so many are registered anew with every job or connection",
      ],
      fix,
      explains: [beans],
    });
  }
}
