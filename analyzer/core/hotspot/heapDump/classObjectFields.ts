import { fieldsOf, injectedOffsets } from "../klassFields";
import type { KlassTable } from "../klassTable";
import type { VmStructs } from "../vmStructs";

/** Where class objects keep what their class dumps state. */
export interface ClassObjectFields {
  readonly signersAt?: number;
  readonly protectionDomainAt?: number;
}

/** Behind them the JVM added the protection domain, until `java.lang.Class` declared it itself. */
const addedBefore = [
  "_klass_offset",
  "_array_klass_offset",
  "_oop_size_offset",
  "_static_oop_field_count_offset",
];

export function readClassObjectFields(structs: VmStructs, klasses: KlassTable): ClassObjectFields {
  const klass = klasses.byNameOrUndefined("java/lang/Class");
  if (klass === undefined) return {};
  const declared = fieldsOf(structs, klass);
  const declaredAt = (name: string) =>
    declared.find((field) => field.name === name && !field.isStatic)?.offset;
  const signersAt = declaredAt("signers");
  const protectionDomainAt = declaredAt("protectionDomain") ?? addedProtectionDomainAt();

  function addedProtectionDomainAt(): number | undefined {
    const added = injectedOffsets(structs, klass!);
    const known = addedBefore.map((field) => {
      const at = structs.staticAddress(["java_lang_Class", field]);
      return at === undefined ? undefined : structs.words.i32(at);
    });
    return known.every((offset, index) => offset === added[index]) ? added[known.length] : undefined;
  }

  return {
    ...(signersAt === undefined ? {} : { signersAt }),
    ...(protectionDomainAt === undefined ? {} : { protectionDomainAt }),
  };
}
