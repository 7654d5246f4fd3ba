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
  kotlinxImmutable: [
    "org/jetbrains/kotlinx/kotlinx-collections-immutable-jvm/0.3.8/kotlinx-collections-immutable-jvm-0.3.8.jar",
    "72e9a9b0003ec5254b638186f7ca1675b08006bdde4c9c4c589970342ccd2e77",
  ],
  fastutil: [
    "it/unimi/dsi/fastutil-core/8.5.15/fastutil-core-8.5.15.jar",
    "379a73e00790fc865318acc0550e2e8d108934758295df18bce6719bd0038c6d",
  ],
  eclipseCollections: [
    "org/eclipse/collections/eclipse-collections/11.1.0/eclipse-collections-11.1.0.jar",
    "8881749de791c28c6ccea621314a3a154cfe76ef77c30054b6e714c3dc76969d",
  ],
  eclipseCollectionsApi: [
    "org/eclipse/collections/eclipse-collections-api/11.1.0/eclipse-collections-api-11.1.0.jar",
    "1b8608ecf4e681f031c29a28c403f71476fe5df3a8f0c0dd8c7ad33b91984212",
  ],
  jctools: [
    "org/jctools/jctools-core/4.0.5/jctools-core-4.0.5.jar",
    "d65e5f38bcd0984e26f87187687f1f70dd52740c4d5e046f8d104e01ab5db95f",
  ],
  agrona: [
    "org/agrona/agrona/1.23.1/agrona-1.23.1.jar",
    "6e6226e30c760017efaa5bf7fca81593d5f4ef5d1ce93b4ee1122aac2a776ad6",
  ],
  commonsCollections: [
    "org/apache/commons/commons-collections4/4.4/commons-collections4-4.4.jar",
    "1df8b9430b5c8ed143d7815e403e33ef5371b2400aadbe9bda0883762e0846d1",
  ],
  nettyBuffer: [
    "io/netty/netty-buffer/4.1.121.Final/netty-buffer-4.1.121.Final.jar",
    "7d6ce32479f6f1326637ba118061bad31c3f7279f5fc2887aae8cba2526dcbff",
  ],
  nettyCommon: [
    "io/netty/netty-common/4.1.121.Final/netty-common-4.1.121.Final.jar",
    "58ddcad98fa2dbe69c9080e53e56e65cd50f61a3e45106b423cbad06b572a689",
  ],
  /** Compilers, and what they run on. */
  kotlinCompiler: [
    "org/jetbrains/kotlin/kotlin-compiler-embeddable/2.1.21/kotlin-compiler-embeddable-2.1.21.jar",
    "67a2e3673765f097725608cc7c843b0d8fdd94bd9af41327211361614aa57d49",
  ],
  kotlinCoroutines: [
    "org/jetbrains/kotlinx/kotlinx-coroutines-core-jvm/1.8.0/kotlinx-coroutines-core-jvm-1.8.0.jar",
    "9860906a1937490bf5f3b06d2f0e10ef451e65b95b269f22daf68a3d1f5065c5",
  ],
  kotlinTrove: [
    "org/jetbrains/intellij/deps/trove4j/1.0.20200330/trove4j-1.0.20200330.jar",
    "c5fd725bffab51846bf3c77db1383c60aaaebfe1b7fe2f00d23fe1b7df0a439d",
  ],
  jetbrainsAnnotations: [
    "org/jetbrains/annotations/13.0/annotations-13.0.jar",
    "ace2a10dc8e2d5fd34925ecac03e4988b2c0f851650c94b8cef49ba1bd111478",
  ],
  scalaCompiler: [
    "org/scala-lang/scala3-compiler_3/3.3.6/scala3-compiler_3-3.3.6.jar",
    "3312960a654fd3421b1396378734ccb693bc0cbed21cca9e3974ad6f0c24191d",
  ],
  scalaInterfaces: [
    "org/scala-lang/scala3-interfaces/3.3.6/scala3-interfaces-3.3.6.jar",
    "c118e77fec7721aac392bcff3afe6a7cae8311f6d327fadb001f8560521d647d",
  ],
  scala3: [
    "org/scala-lang/scala3-library_3/3.3.6/scala3-library_3-3.3.6.jar",
    "cf4ddaf76c0ce71cf68ca5d2dc7bad46c5a921aaf18909317ddc9ba6e67fb12b",
  ],
  scalaTasty: [
    "org/scala-lang/tasty-core_3/3.3.6/tasty-core_3-3.3.6.jar",
    "8618e08433fc306053040794587e12105fca4e8c9f096adb55823442a494329b",
  ],
  scalaAsm: [
    "org/scala-lang/modules/scala-asm/9.8.0-scala-1/scala-asm-9.8.0-scala-1.jar",
    "86af037580bdf9ce9c05f8b2afd734daf1a8564c38cd10ca5d08bf81508ad2e4",
  ],
  sbtInterface: [
    "org/scala-sbt/compiler-interface/1.10.4/compiler-interface-1.10.4.jar",
    "c33ac8083502754428013c15968d9ed5450c1db166947153404c6507af5172ff",
  ],
  sbtUtil: [
    "org/scala-sbt/util-interface/1.10.4/util-interface-1.10.4.jar",
    "b961003c1ed3c85ce7c07577768a689ad657c73f234d620eead3eb42c854a434",
  ],
  groovy: [
    "org/apache/groovy/groovy/4.0.27/groovy-4.0.27.jar",
    "c9103813240be47a6c48bcdda7c5ed2e5fc9ecba3251c6ab8122258230a97f9d",
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
      const answer = await fetch(url, { signal: AbortSignal.timeout(180_000) });
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
