import { capitalized } from "../../base/capitalized";
import type { VmStructs } from "./vmStructs";

/** `17.0.15+6-Debian-1deb12u1`, `1.8.0_504-8u504-ga-1-b01`; undefined when the JVM does not tell. */
export function jdkVersionOf(structs: VmStructs): string | undefined {
  const release = textOf(
    structs,
    structs.staticWord(["Abstract_VM_Version", "_s_vm_release"], ["VM_Version", "_s_vm_release"]),
  );
  // To JDK 8 the JVM has a version of its own: 25.504-b01.
  const isOfVmAlone = release !== undefined && /^\d+\.\d+-b\d+/.test(release);
  return (isOfVmAlone ? / JRE \(([^)]+)\)/.exec(vmDescriptionOf(structs) ?? "")?.[1] : undefined) ?? release;
}

/** The number people call a release by: 8 for `1.8.0_504`. */
export function featureRelease(version: string): number | undefined {
  const found = /^\d+/.exec(version.replace(/^1\./, ""));
  return found === null ? undefined : Number(found[0]);
}

/** Long-term releases, whose cores were compared with what their own JVM says. */
const triedReleases = [8, 11, 17, 21, 25];

/** A sentence about a release whose facts are taken from its neighbours; undefined of the others. */
function untriedRelease(structs: VmStructs): string | undefined {
  const which = untriedJdk(structs);
  if (which === undefined) return undefined;
  const others = `${triedReleases.slice(0, -1).join(", ")} and ${triedReleases.at(-1)}`;
  return `${capitalized(which)}: it is read by what JDK ${others} have in common, so that frames or objects may be wrong or missing.`;
}

/** The same in a few words, for every frame: `JDK 19 was never tried`. */
export function untriedJdk(structs: VmStructs): string | undefined {
  const release = featureRelease(jdkVersionOf(structs) ?? "");
  if (release === undefined) return "this JVM does not tell its release";
  return triedReleases.includes(release) ? undefined : `JDK ${release} was never tried`;
}

/** What was never compared with what such a JVM says itself; undefined where all was. */
export function notVerifiedOf(structs: VmStructs): string | undefined {
  const isArm = vmDescriptionOf(structs)?.includes("-aarch64") === true;
  const sentences = [untriedRelease(structs), isArm ? untriedOnArm : undefined];
  return sentences.filter((each) => each !== undefined).join(" ") || undefined;
}

const untriedOnArm =
  "On aarch64 stacks of threads that stood still were compared with what their JVM says; those of threads interrupted in " +
  "compiled code were not, nor was what only such frames hold.";

/** The line that `java -version` ends with, and what the JVM was built with. */
export function vmDescriptionOf(structs: VmStructs): string | undefined {
  return textOf(
    structs,
    structs.staticWord(
      ["Abstract_VM_Version", "_s_internal_vm_info_string"],
      ["VM_Version", "_s_internal_vm_info_string"],
    ),
  );
}

function textOf(structs: VmStructs, address: number | undefined): string | undefined {
  const text = address ? structs.words.text(address) : undefined;
  return text === "" ? undefined : text;
}
