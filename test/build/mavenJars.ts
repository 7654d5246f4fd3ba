import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const cache = join(resolve(__dirname, "../.."), ".cache/maven");
const central = "https://repo1.maven.org/maven2";

/** Path of a jar in the repository, and its SHA-256. */
const jars = {
  kotlin: [
    "org/jetbrains/kotlin/kotlin-stdlib/2.1.21/kotlin-stdlib-2.1.21.jar",
    "263bdc679e1f62012db7b091796279b6d71cf36f4797a98ff1ace05835f201c8",
  ],
  /** Also what programs of Scala 3 run on. */
  scala: [
    "org/scala-lang/scala-library/2.13.16/scala-library-2.13.16.jar",
    "1ebb2b6f9e4eb4022497c19b1e1e825019c08514f962aaac197145f88ed730f1",
  ],
  guava: [
    "com/google/guava/guava/33.4.8-jre/guava-33.4.8-jre.jar",
    "f3d7f57f67fd622f4d468dfdd692b3a5e3909246c28017ac3263405f0fe617ed",
  ],
  guavaFailureAccess: [
    "com/google/guava/failureaccess/1.0.3/failureaccess-1.0.3.jar",
    "cbfc3906b19b8f55dd7cfd6dfe0aa4532e834250d7f080bd8d211a3e246b59cb",
  ],
  caffeine: [
    "com/github/ben-manes/caffeine/caffeine/3.2.0/caffeine-3.2.0.jar",
    "ec411dfdf0c03f25218648ce89861630b71680e5858a9a7278ebac8e55cab3d7",
  ],
  nettyBuffer: [
    "io/netty/netty-buffer/4.1.121.Final/netty-buffer-4.1.121.Final.jar",
    "7d6ce32479f6f1326637ba118061bad31c3f7279f5fc2887aae8cba2526dcbff",
  ],
  nettyCommon: [
    "io/netty/netty-common/4.1.121.Final/netty-common-4.1.121.Final.jar",
    "58ddcad98fa2dbe69c9080e53e56e65cd50f61a3e45106b423cbad06b572a689",
  ],
} as const satisfies Readonly<Record<string, readonly [path: string, sha256: string]>>;

export type JarName = keyof typeof jars;

/**
 * Files of jars of Maven Central, downloaded once.
 * @throws when one cannot be had, or is not the one that was pinned
 */
export function mavenJars(names: readonly JarName[]): Promise<string[]> {
  return Promise.all(names.map(mavenJar));
}

async function mavenJar(name: JarName): Promise<string> {
  const [path, sha256] = jars[name];
  const file = join(cache, path.replace(/^.*\//, ""));
  if (existsSync(file) && sha256Of(readFileSync(file)) === sha256) return file;
  const url = `${central}/${path}`;
  const contents = await download(url);
  const found = sha256Of(contents);
  if (found !== sha256) throw new Error(`${url} has the SHA-256 ${found}, not the pinned ${sha256}`);
  mkdirSync(cache, { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, contents);
  renameSync(fresh, file);
  return file;
}

async function download(url: string): Promise<Buffer> {
  // A repository drops a connection now and then, which should not cost a whole run.
  const attempts = 3;
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(60_000) });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      return Buffer.from(await answer.arrayBuffer());
    } catch (error) {
      if (attempt < attempts) continue;
      throw new Error(
        `The tests need ${url}, which could not be downloaded in ${attempts} attempts. Put it into ${cache} by other means.`,
        { cause: error },
      );
    }
  }
}

function sha256Of(contents: Buffer): string {
  return createHash("sha256").update(contents).digest("hex");
}
