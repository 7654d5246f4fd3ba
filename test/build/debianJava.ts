import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative, resolve } from "node:path";
import { madeOnce } from "./madeOnce";

/**
 * JDK 8 for both machines and 11 and 17 for aarch64 are packages of Debian's unstable distribution only, which is not
 * what is installed: they are unpacked, with the C library they need, into a folder that stands for a system. Unstable
 * keeps no old versions, so that this is for measuring by hand; it needs apt-get, dpkg-deb and the network.
 */

const cache = resolve(__dirname, "../../.cache/java-runtimes");
const libraries = ["libc6", "libgcc-s1", "libstdc++6", "zlib1g"];
const runtimes = {
  amd64: ["openjdk-8-jre-headless"],
  arm64: ["openjdk-8-jre-headless", "openjdk-11-jre-headless", "openjdk-17-jre-headless"],
} as const;

/** @returns the folder; the runtimes are in `usr/lib/jvm` */
export function debianJavaRoot(machine: keyof typeof runtimes): string {
  const root = join(cache, `debian-${machine}`);
  madeOnce(root, () => make(root, machine));
  return root;
}

function make(root: string, machine: keyof typeof runtimes): void {
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, "fetching-"));
  try {
    const packages = [...libraries, ...runtimes[machine]].map((name) => `${name}:${machine}`);
    const system = join(fresh, "system");
    for (const file of downloaded(fresh, machine, packages)) execFileSync("dpkg-deb", ["-x", file, system]);
    symlinkSync("usr/lib", join(system, "lib"));
    if (machine === "amd64") symlinkSync("usr/lib64", join(system, "lib64"));
    keepLinksInside(system);
    for (const name of ["dev", "proc", "tmp"]) mkdirSync(join(system, name), { recursive: true });
    renameSync(system, root);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** By an apt of its own, which leaves the lists of this system alone. */
function downloaded(folder: string, machine: string, packages: readonly string[]): string[] {
  const apt = join(folder, "apt");
  for (const name of ["lists/partial", "archives/partial"]) mkdirSync(join(apt, name), { recursive: true });
  writeFileSync(
    join(apt, "sources.list"),
    `deb [arch=${machine} signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian sid main\n`,
  );
  writeFileSync(
    join(apt, "conf"),
    [
      `Dir::Etc::sourcelist "${apt}/sources.list";`,
      'Dir::Etc::sourceparts "-";',
      `Dir::State "${apt}";`,
      'Dir::State::status "/dev/null";',
      `Dir::Cache "${apt}";`,
      `APT::Architectures {"${machine}";};`,
    ].join("\n"),
  );
  const options = {
    cwd: folder,
    env: { ...process.env, APT_CONFIG: join(apt, "conf") },
    stdio: "ignore" as const,
  };
  execFileSync("apt-get", ["update"], options);
  execFileSync("apt-get", ["download", ...packages], options);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".deb"))
    .map((name) => join(folder, name));
}

/** Links into /etc lead into the folder's own, from wherever they are followed. */
function keepLinksInside(system: string): void {
  const links = execFileSync("find", [join(system, "usr/lib/jvm"), "-type", "l", "-lname", "/etc/*"], {
    encoding: "utf8",
  });
  for (const link of links.split("\n").filter((each) => each !== "")) {
    const target = join(system, readlinkSync(link));
    unlinkSync(link);
    symlinkSync(relative(join(link, ".."), target), link);
  }
}
