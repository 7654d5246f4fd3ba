import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import type { Jdk } from "./javaDumps";

const cache = join(resolve(__dirname, "../.."), ".cache/java");
const home = "/usr/share/tomcat10";
const startupSeconds = 60;

/** Heap dump of an Apache Tomcat of the Debian package that has just started: a real application in good health. */
export async function tomcatDump(jdk: Jdk): Promise<string> {
  const folder = join(cache, `tomcat-${jdk.version}`);
  const dump = join(folder, "tomcat.hprof");
  if (existsSync(dump)) return dump;
  if (!existsSync(join(home, "bin/bootstrap.jar"))) {
    throw new Error("Tomcat is missing: apt-get install tomcat10-common");
  }
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, "making-"));
  try {
    prepareBase(fresh);
    await startAndDump(jdk, fresh);
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return dump;
}

/** A CATALINA_BASE of its own: any free port, no shutdown port. */
function prepareBase(base: string): void {
  for (const part of ["logs", "temp", "work", "webapps/ROOT"])
    mkdirSync(join(base, part), { recursive: true });
  cpSync(join(home, "etc"), join(base, "conf"), { recursive: true });
  const server = join(base, "conf/server.xml");
  const text = readFileSync(server, "utf8")
    .replace('port="8080"', 'port="0"')
    .replace('port="8005"', 'port="-1"');
  writeFileSync(server, text);
  writeFileSync(join(base, "webapps/ROOT/index.html"), "<html>well</html>");
}

async function startAndDump(jdk: Jdk, base: string): Promise<void> {
  const jars = [join(home, "bin/bootstrap.jar"), join(home, "bin/tomcat-juli.jar")].join(":");
  const properties = [`-Dcatalina.home=${home}`, `-Dcatalina.base=${base}`, `-Djava.io.tmpdir=${base}/temp`];
  const child = spawn(
    join(jdk.home, "bin/java"),
    ["-Xmx128m", ...properties, "-cp", jars, "org.apache.catalina.startup.Bootstrap", "start"],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  try {
    await new Promise<void>((settle, reject) => {
      let text = "";
      const timer = setTimeout(
        () => reject(new Error(`Tomcat did not start within ${startupSeconds} s: ${text}`)),
        1000 * startupSeconds,
      );
      const take = (data: Buffer) => {
        text += data.toString();
        if (!/Server startup in/.test(text)) return;
        clearTimeout(timer);
        settle();
      };
      child.stdout.on("data", take);
      child.stderr.on("data", take);
      child.on("error", reject);
      child.on("exit", (code) => reject(new Error(`Tomcat ended with ${code}: ${text}`)));
    });
    execFileSync(
      join(jdk.home, "bin/jcmd"),
      [String(child.pid), "GC.heap_dump", join(base, "tomcat.hprof")],
      {
        stdio: "pipe",
      },
    );
  } finally {
    child.kill("SIGKILL");
  }
}
