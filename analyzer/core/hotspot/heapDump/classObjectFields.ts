import { fieldsOf, injectedFieldsOf } from "../klassFields";
import type { KlassTable } from "../klassTable";
import type { VmStructs } from "../vmStructs";

/** Where class objects refer to others. */
export interface ClassObjectFields {
  readonly signersAt?: number;
  readonly protectionDomainAt?: number;
  /** What a class dump has no place for: caches of reflection, the module, a lock. */
  readonly others: readonly OtherField[];
}

export interface OtherField {
  readonly name: string;
  readonly offset: number;
  /** What it is in class objects that are not of arrays, where that is something else. */
  readonly otherwise?: string;
}

/** Fields of class objects that class dumps have a place for; the first releases called them otherwise or had them added. */
const signers = "signers";
const protectionDomains: readonly string[] = ["protectionDomain", "protection_domain"];
const loader = "classLoader";
/** Before a class is initialized the lock of that is where arrays have their class of elements, up to JDK 24 or so. */
const componentType = "componentType";
const initLock = "<init_lock>";

/** The fields `java.lang.Class` declares, and those the JVM adds. */
export function readClassObjectFields(structs: VmStructs, klasses: KlassTable): ClassObjectFields {
  const klass = klasses.byNameOrUndefined("java/lang/Class");
  if (klass === undefined) return { others: [] };
  const fields = [...fieldsOf(structs, klass), ...injectedFieldsOf(structs, klass)].filter(
    ({ signature, isStatic }) => !isStatic && /^[L[]/.test(signature),
  );
  const signersAt = fields.find(({ name }) => name === signers)?.offset;
  const protectionDomainAt = fields.find(({ name }) => protectionDomains.includes(name))?.offset;
  const stated = [loader, signers, ...protectionDomains];
  return {
    ...(signersAt === undefined ? {} : { signersAt }),
    ...(protectionDomainAt === undefined ? {} : { protectionDomainAt }),
    others: fields
      .filter(({ name }) => !stated.includes(name))
      .map(({ name, offset }) => ({
        // As HotSpot names what is not a field of the class itself; some it calls so anyway.
        name: name.startsWith("<") ? name : `<${name}>`,
        offset,
        ...(name === componentType && { otherwise: initLock }),
      })),
  };
}
