import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { join, resolve } from "node:path";
import type { Jdk } from "./javaDumps";
import { briefly, javac, jcmd } from "./jdkTools";
import { folderMadeOnceMeanwhile } from "./madeOnce";

const root = resolve(__dirname, "../..");
const cache = join(root, ".cache/java");
const home = "/usr/share/tomcat10";
const sources = join(root, "test/programs/java/tomcat");
const servlet = join(sources, "ShopServlet.java");
/** Any free port, no shutdown port, the shop as its only application. */
const settings = join(sources, "server.xml");
const startupSeconds = 60;
/** Customers at once, and what each of them asks for: enough for pools and caches to fill. */
const customers = 24;
const requestsEach = 150;

/** Heap dump of an Apache Tomcat of the Debian package that served an application: both in good health. */
export async function tomcatDump(jdk: Jdk): Promise<string> {
  const key = createHash("sha256")
    .update([readFileSync(servlet), readFileSync(settings), customers, requestsEach].join(" "))
    .digest("hex");
  const folder = join(cache, `tomcat-${jdk.version}-${key.slice(0, 16)}`);
  const dump = join(folder, "tomcat.hprof");
  if (existsSync(dump)) return dump;
  if (!existsSync(join(home, "bin/bootstrap.jar"))) {
    throw new Error("Tomcat is missing: apt-get install tomcat10-common");
  }
  await folderMadeOnceMeanwhile(folder, async (fresh) => {
    prepareBase(jdk, fresh);
    await serveAndDump(jdk, fresh);
  });
  return dump;
}

/** A CATALINA_BASE of its own. */
function prepareBase(jdk: Jdk, base: string): void {
  const classes = join(base, "webapps/ROOT/WEB-INF/classes");
  for (const part of ["logs", "temp", "work"]) mkdirSync(join(base, part), { recursive: true });
  mkdirSync(classes, { recursive: true });
  mkdirSync(join(base, "conf"));
  copyFileSync(settings, join(base, "conf/server.xml"));
  const compiler = ["-Xlint:none", "--release", "17", "-cp", join(home, "lib/servlet-api.jar")];
  javac(jdk.home, ...compiler, "-d", classes, servlet);
  writeFileSync(
    join(classes, "../web.xml"),
    '<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="5.0"><servlet><servlet-name>shop</servlet-name>' +
      "<servlet-class>ShopServlet</servlet-class></servlet><servlet-mapping><servlet-name>shop</servlet-name>" +
      "<url-pattern>/*</url-pattern></servlet-mapping></web-app>\n",
  );
}

async function serveAndDump(jdk: Jdk, base: string): Promise<void> {
  const jars = [join(home, "bin/bootstrap.jar"), join(home, "bin/tomcat-juli.jar")].join(":");
  const properties = [`-Dcatalina.home=${home}`, `-Dcatalina.base=${base}`, `-Djava.io.tmpdir=${base}/temp`];
  const child = spawn(
    join(jdk.home, "bin/java"),
    ["-Xmx128m", ...briefly, ...properties, "-cp", jars, "org.apache.catalina.startup.Bootstrap", "start"],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  try {
    const log = await new Promise<string>((settle, reject) => {
      let text = "";
      const timer = setTimeout(
        () => reject(new Error(`Tomcat did not start within ${startupSeconds} s: ${text}`)),
        1000 * startupSeconds,
      );
      const take = (data: Buffer) => {
        text += data.toString();
        if (!/Server startup in/.test(text)) return;
        clearTimeout(timer);
        settle(text);
      };
      child.stdout.on("data", take);
      child.stderr.on("data", take);
      child.on("error", reject);
      child.on("exit", (code) => reject(new Error(`Tomcat ended with ${code}: ${text}`)));
    });
    const port = /http-nio-auto-\d+-(\d+)/.exec(log)?.[1];
    if (port === undefined) throw new Error(`Tomcat names no port: ${log}`);
    await Promise.all(Array.from({ length: customers }, (_, customer) => shop(Number(port), customer)));
    jcmd(jdk.home, child.pid!, "GC.heap_dump", join(base, "tomcat.hprof"));
  } finally {
    child.kill("SIGKILL");
  }
}

/** One customer with one session, who asks for one thing after the other over one connection. */
async function shop(port: number, customer: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let cookie: string | undefined;
  try {
    for (let request = 0; request < requestsEach; request++) {
      const path = `/shop?article=A${(37 * customer + 11 * request) % 3_000}`;
      cookie = (await fetchPage(agent, port, path, cookie)) ?? cookie;
    }
  } finally {
    agent.destroy();
  }
}

function fetchPage(
  agent: Agent,
  port: number,
  path: string,
  cookie: string | undefined,
): Promise<string | undefined> {
  return new Promise((settle, reject) => {
    const headers = cookie === undefined ? {} : { cookie };
    get({ agent, host: "127.0.0.1", port, path, headers }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${path} was answered with ${answer.statusCode}`));
      answer.resume();
      answer.on("end", () => settle(answer.headers["set-cookie"]?.[0]?.split(";")[0]));
    }).on("error", reject);
  });
}
