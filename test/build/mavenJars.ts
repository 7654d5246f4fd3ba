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
  /** Of the programs in `test/programs/java/judged`. */
  nettyTransport: [
    "io/netty/netty-transport/4.1.121.Final/netty-transport-4.1.121.Final.jar",
    "2dcc65e700858d3b080efb5a8af85a2de93d80b4616161fe031913fd840236ef",
  ],
  nettyCodec: [
    "io/netty/netty-codec/4.1.121.Final/netty-codec-4.1.121.Final.jar",
    "140f3a8d784aefd81700383471bd9220feb3438e5b1f441b6f80548529d9d516",
  ],
  nettyHttp: [
    "io/netty/netty-codec-http/4.1.121.Final/netty-codec-http-4.1.121.Final.jar",
    "5dab40173bdf9219a7d9f3ae94acb0659d5c0e20ff6d5ffbd7b39a1268c31c1a",
  ],
  nettyHttp2: [
    "io/netty/netty-codec-http2/4.1.121.Final/netty-codec-http2-4.1.121.Final.jar",
    "7513c0d74ae4c70b86b18fc7f25a2f97ae57b1cbdb38c5f6d547ea14d5ddecc7",
  ],
  nettyDns: [
    "io/netty/netty-codec-dns/4.1.121.Final/netty-codec-dns-4.1.121.Final.jar",
    "1652e3aa9508f5bfcb400ce72d6f7b824b68bc2a15e347285f9a88b008eef821",
  ],
  nettySocks: [
    "io/netty/netty-codec-socks/4.1.121.Final/netty-codec-socks-4.1.121.Final.jar",
    "14ba49e5c4f56c62b1bd017f6b987df360a41093bbe9df340fc2e35b1c284b56",
  ],
  nettyHandler: [
    "io/netty/netty-handler/4.1.121.Final/netty-handler-4.1.121.Final.jar",
    "ddf550c1f3dfc4fcf2cbfca483474ac68941df2cce4cc3e5bddcbb15065c5169",
  ],
  nettyProxy: [
    "io/netty/netty-handler-proxy/4.1.121.Final/netty-handler-proxy-4.1.121.Final.jar",
    "2eb22bd8f0952ebd28503e01960c6ef96270dd3a7f0fa57b72ad0287ebdc238a",
  ],
  nettyResolver: [
    "io/netty/netty-resolver/4.1.121.Final/netty-resolver-4.1.121.Final.jar",
    "50ce227a5eb56e0b2e6b6c4e619de42350cbb9dff0728b906e3be8ad89158e87",
  ],
  nettyResolverDns: [
    "io/netty/netty-resolver-dns/4.1.121.Final/netty-resolver-dns-4.1.121.Final.jar",
    "25a09642d926a9f8d552e2667765b9a847bfcf266b897717c409884e174dffd3",
  ],
  nettyUnix: [
    "io/netty/netty-transport-native-unix-common/4.1.121.Final/netty-transport-native-unix-common-4.1.121.Final.jar",
    "d8c368a320f5478e5745eee3525aca011219d61b848bc1c11e047ed18104bdea",
  ],
  vertx: [
    "io/vertx/vertx-core/4.5.14/vertx-core-4.5.14.jar",
    "13d9b79a426cbf159d8aa7ded2a63e07bef484d910234da50110fd2cfce20180",
  ],
  rxJava: [
    "io/reactivex/rxjava3/rxjava/3.1.10/rxjava-3.1.10.jar",
    "e9f256f9e805572dd5fd45b140db360d7dc444d0c383049b2d3d7ebf05d84aab",
  ],
  reactiveStreams: [
    "org/reactivestreams/reactive-streams/1.0.4/reactive-streams-1.0.4.jar",
    "f75ca597789b3dac58f61857b9ac2e1034a68fa672db35055a8fb4509e325f28",
  ],
  reactor: [
    "io/projectreactor/reactor-core/3.7.5/reactor-core-3.7.5.jar",
    "0d69b6e28f045ae454f903d2d97cde44d7b57f6c7b8c8c5ef369649bcce7b3ce",
  ],
  logback: [
    "ch/qos/logback/logback-classic/1.5.18/logback-classic-1.5.18.jar",
    "3e1533d0321f8815eef46750aee0111b41554f9a4644c3c4d2d404744b09f60f",
  ],
  logbackCore: [
    "ch/qos/logback/logback-core/1.5.18/logback-core-1.5.18.jar",
    "85139e7b57b464f8e5e36326dd81317648bed199ccc4f98cd42585f8d7571027",
  ],
  slf4j: [
    "org/slf4j/slf4j-api/2.0.17/slf4j-api-2.0.17.jar",
    "7b751d952061954d5abfed7181c1f645d336091b679891591d63329c622eb832",
  ],
  slf4jSilent: [
    "org/slf4j/slf4j-nop/2.0.17/slf4j-nop-2.0.17.jar",
    "3716f83649ec66161a2edefd4f49df34d1dd1c51cdcf941996c6987260f0a829",
  ],
  hikari: [
    "com/zaxxer/HikariCP/6.3.0/HikariCP-6.3.0.jar",
    "07c6344059af30a135144209c7c8bd666b8823124422ec859864d209d4ab7ca1",
  ],
  h2: [
    "com/h2database/h2/2.3.232/h2-2.3.232.jar",
    "8dae62d22db8982c3dcb3826edb9c727c5d302063a67eef7d63d82de401f07d3",
  ],
  hsqldb: [
    "org/hsqldb/hsqldb/2.7.4/hsqldb-2.7.4.jar",
    "5fab2bb4384ac06b762638c8fa2740c944b8d080e4796c0c6c2af8b90dd4e5ad",
  ],
  micrometer: [
    "io/micrometer/micrometer-core/1.14.6/micrometer-core-1.14.6.jar",
    "5494326c07eb7ba7645c0784e8797aad654bee6d3fb625b92b88a07761d902d4",
  ],
  micrometerCommons: [
    "io/micrometer/micrometer-commons/1.14.6/micrometer-commons-1.14.6.jar",
    "18b742923721c5b9718d758d42216c5e7a273779edfc82c93eea7c50a30f8637",
  ],
  micrometerObservation: [
    "io/micrometer/micrometer-observation/1.14.6/micrometer-observation-1.14.6.jar",
    "a37bac1c3687bcc40d057b37463d0c0d3ad8c1fcc4456003ef1218e1890e580c",
  ],
  hdrHistogram: [
    "org/hdrhistogram/HdrHistogram/2.2.2/HdrHistogram-2.2.2.jar",
    "22d1d4316c4ec13a68b559e98c8256d69071593731da96136640f864fa14fad8",
  ],
  myBatis: [
    "org/mybatis/mybatis/3.5.19/mybatis-3.5.19.jar",
    "93eea616ae355751bd5fbabb57f0732713fbe79f3196f33c51a0aeeb4255862a",
  ],
  kafkaClients: [
    "org/apache/kafka/kafka-clients/3.9.0/kafka-clients-3.9.0.jar",
    "15c1e137f2c2c94398e27abc4060a03b6bde10bf9fac15e8f70c02320b202f18",
  ],
  lucene: [
    "org/apache/lucene/lucene-core/9.12.1/lucene-core-9.12.1.jar",
    "8d812e9fa6dbd816808205e6cb4d7ab43a747e379c8cb31a0d6dc91050b3f97a",
  ],
  jackson: [
    "com/fasterxml/jackson/core/jackson-databind/2.18.3/jackson-databind-2.18.3.jar",
    "510bdda75a7a6186c5bf33b851239488a1450906ae5757121f2e1cc48a7e108f",
  ],
  jacksonCore: [
    "com/fasterxml/jackson/core/jackson-core/2.18.3/jackson-core-2.18.3.jar",
    "056bc4d3e5e53ce821450fa97b3f9e0f8dde125cf6da6884353bb1f09582e1d9",
  ],
  jacksonAnnotations: [
    "com/fasterxml/jackson/core/jackson-annotations/2.18.3/jackson-annotations-2.18.3.jar",
    "8aa5740d80b5a5025508b41bbadbaa1fb3772267c628b2e30681a4f45f8b8931",
  ],
  gson: [
    "com/google/code/gson/gson/2.12.1/gson-2.12.1.jar",
    "ebee13d5fb7477cd7f1cc010e0c356df8ca80709715248da97f79e35ccb4fbec",
  ],
  jetty: [
    "org/eclipse/jetty/jetty-server/11.0.24/jetty-server-11.0.24.jar",
    "1021ca69a4cb56bda466ca9bbb0fcaff3df31629a2ecf7240595f65aebaba34b",
  ],
  jettyServlet: [
    "org/eclipse/jetty/jetty-servlet/11.0.24/jetty-servlet-11.0.24.jar",
    "178c8dc7e98515ba2874c87b360c1915fe774ec6e0011c651e639ea32719be63",
  ],
  jettySecurity: [
    "org/eclipse/jetty/jetty-security/11.0.24/jetty-security-11.0.24.jar",
    "07f556e34b048c819440b9e99fa6a9c1449e0d10e3c0d8628a446be5ed082b88",
  ],
  jettyHttp: [
    "org/eclipse/jetty/jetty-http/11.0.24/jetty-http-11.0.24.jar",
    "64e3686347f60fb1aa025013821547995a708e61a89967c0386ad3adc9fad11f",
  ],
  jettyIo: [
    "org/eclipse/jetty/jetty-io/11.0.24/jetty-io-11.0.24.jar",
    "379a04193b4e666d7900478f602d12bd4e3d91abd3b5f64434d92927b04720f9",
  ],
  jettyUtil: [
    "org/eclipse/jetty/jetty-util/11.0.24/jetty-util-11.0.24.jar",
    "1ec701f505056443de134d0e5464e298aa15400981210c10b668a070ffd97bfd",
  ],
  servletApi: [
    "jakarta/servlet/jakarta.servlet-api/5.0.0/jakarta.servlet-api-5.0.0.jar",
    "33d3a5bda82c7d2f1b898685faa954f1fc34f7b0ae5c2f6ccc6d051e8a10973b",
  ],
  quartz: [
    "org/quartz-scheduler/quartz/2.5.0/quartz-2.5.0.jar",
    "eef3c9198e3f346ea1da386a0b940ed43d7904cf217ecc5755fbe7f4729f0804",
  ],
  commonsPool: [
    "org/apache/commons/commons-pool2/2.12.1/commons-pool2-2.12.1.jar",
    "5273c8bc8c0dca2211175c0d27efbd7228efae99689aac001a8e1ef8e872e9ef",
  ],
  commonsDbcp: [
    "org/apache/commons/commons-dbcp2/2.13.0/commons-dbcp2-2.13.0.jar",
    "db6f0ed71cd16c8830902db9f56095fa2ee16acc2674f84b7cb5bdc98df19392",
  ],
  commonsLogging: [
    "commons-logging/commons-logging/1.3.5/commons-logging-1.3.5.jar",
    "6d7a744e4027649fbb50895df9497d109f98c766a637062fe8d2eabbb3140ba4",
  ],
  ehcache: [
    "org/ehcache/ehcache/3.10.8/ehcache-3.10.8.jar",
    "bed87f71d8cd25a8a4ef65f274cc58301f28929a01417d0bee8d73953dc30bac",
  ],
  cacheApi: [
    "javax/cache/cache-api/1.1.1/cache-api-1.1.1.jar",
    "9f34e007edfa82a7b2a2e1b969477dcf5099ce7f4f926fb54ce7e27c4a0cd54b",
  ],
  spring: [
    "org/springframework/spring-core/6.2.6/spring-core-6.2.6.jar",
    "77628fba8bb8d059be0fb355a9716fefb808b5c7d9ed9c574a4a264140404352",
  ],
  springBeans: [
    "org/springframework/spring-beans/6.2.6/spring-beans-6.2.6.jar",
    "723e8e68709ff7c8759ceadba6df4773be7a46dee438745a4a85d0019e8a03b2",
  ],
  springContext: [
    "org/springframework/spring-context/6.2.6/spring-context-6.2.6.jar",
    "c0b16aea693b6b8e5350c3f3adbed21b88d9e84ec0d8bb3adea5575e9a515ffb",
  ],
  springExpression: [
    "org/springframework/spring-expression/6.2.6/spring-expression-6.2.6.jar",
    "fdf355816be21474edf7a853ec0a6ec7fc5c9cabcb5bc44e9b3afb17a74e5f33",
  ],
  springAop: [
    "org/springframework/spring-aop/6.2.6/spring-aop-6.2.6.jar",
    "0284d155c88789163670c8502aa4f26537cb2011291acf850cdbf17f49bec508",
  ],
  springLogging: [
    "org/springframework/spring-jcl/6.2.6/spring-jcl-6.2.6.jar",
    "d17357ac0d3f08d89b78004d66bd2ddf8a08d448fff26981baf324e791a85392",
  ],
  antlr: [
    "org/antlr/antlr4/4.13.2/antlr4-4.13.2-complete.jar",
    "eae2dfa119a64327444672aff63e9ec35a20180dc5b8090b7a6ab85125df4d76",
  ],
  asm: [
    "org/ow2/asm/asm/9.8/asm-9.8.jar",
    "876eab6a83daecad5ca67eb9fcabb063c97b5aeb8cf1fca7a989ecde17522051",
  ],
  asmTree: [
    "org/ow2/asm/asm-tree/9.8/asm-tree-9.8.jar",
    "14b7880cb7c85eed101e2710432fc3ffb83275532a6a894dc4c4095d49ad59f1",
  ],
  pekko: [
    "org/apache/pekko/pekko-actor_2.13/1.1.3/pekko-actor_2.13-1.1.3.jar",
    "fe4d62f57f756eba3a11deb8f5de91b36581c3adb91ac0c1c06a7accd5addbbc",
  ],
  typesafeConfig: [
    "com/typesafe/config/1.4.3/config-1.4.3.jar",
    "8ada4c185ce72416712d63e0b5afdc5f009c0cdf405e5f26efecdf156aa5dfb6",
  ],
  disruptor: [
    "com/lmax/disruptor/4.0.0/disruptor-4.0.0.jar",
    "c2ba80841541272bc815bcadab910d2d716aa563eca15762450ab4c889440505",
  ],
  jgrapht: [
    "org/jgrapht/jgrapht-core/1.5.2/jgrapht-core-1.5.2.jar",
    "dfa596e9f0d0838f1b5e81dd0cd60e3a76c2c290ac25a0a029ffde58cf5e4c14",
  ],
  roaringBitmap: [
    "org/roaringbitmap/RoaringBitmap/1.3.0/RoaringBitmap-1.3.0.jar",
    "73443a71a2e2401c7d518a487983539fcaf5f9652efbd178f929e7b6d36881d0",
  ],
} as const satisfies Readonly<Record<string, readonly [path: string, sha256: string]>>;

export type JarName = keyof typeof jars;

/** A jar that a file pins rather than the table above. */
export interface PinnedJar {
  /** In the repository. */
  readonly path: string;
  readonly sha256: string;
}

/**
 * Files of jars of Maven Central, downloaded once.
 * @throws when one cannot be had, or is not the one that was pinned
 */
export function mavenJars(names: readonly (JarName | PinnedJar)[]): Promise<string[]> {
  return Promise.all(names.map(mavenJar));
}

async function mavenJar(jar: JarName | PinnedJar): Promise<string> {
  const [path, sha256] = typeof jar === "string" ? jars[jar] : [jar.path, jar.sha256];
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
