import type { JarName } from "./mavenJars";

const nettyServer = [
  ...["nettyCommon", "nettyBuffer", "nettyTransport", "nettyCodec", "nettyHttp", "nettyHandler"],
  ...["nettyResolver", "nettyUnix"],
] as const;

/** Libraries, and the jars that programs with them need. */
const libraries = {
  caffeine: ["caffeine"],
  guava: ["guava", "guavaFailureAccess"],
  netty: nettyServer,
  vertx: [
    ...["vertx", ...nettyServer, "nettyHttp2", "nettyDns", "nettySocks", "nettyProxy", "nettyResolverDns"],
    ...["jacksonCore"],
  ],
  rxJava: ["rxJava", "reactiveStreams"],
  reactor: ["reactor", "reactiveStreams"],
  logback: ["logback", "logbackCore", "slf4j"],
  hikari: ["hikari", "slf4j", "slf4jSilent"],
  h2: ["h2"],
  hsqldb: ["hsqldb"],
  micrometer: ["micrometer", "micrometerCommons", "micrometerObservation", "hdrHistogram"],
  myBatis: ["myBatis"],
  kafka: ["kafkaClients", "slf4j", "slf4jSilent"],
  lucene: ["lucene"],
  jackson: ["jackson", "jacksonCore", "jacksonAnnotations"],
  gson: ["gson"],
  jetty: [
    ...["jetty", "jettyServlet", "jettySecurity", "jettyHttp", "jettyIo", "jettyUtil", "servletApi"],
    ...["slf4j", "slf4jSilent"],
  ],
  quartz: ["quartz", "slf4j", "slf4jSilent"],
  dbcp: ["commonsDbcp", "commonsPool", "commonsLogging"],
  ehcache: ["ehcache", "cacheApi", "slf4j", "slf4jSilent"],
  spring: ["spring", "springBeans", "springContext", "springExpression", "springAop", "springLogging"],
  antlr: ["antlr"],
  asm: ["asm", "asmTree"],
  pekko: ["pekko", "typesafeConfig", "scala"],
  disruptor: ["disruptor"],
  jgrapht: ["jgrapht"],
  roaringBitmap: ["roaringBitmap"],
  groovy: ["groovy"],
  jctools: ["jctools"],
  agrona: ["agrona"],
  commonsCollections: ["commonsCollections"],
} as const satisfies Readonly<Record<string, readonly JarName[]>>;

/** @throws when there is no library of such a name */
export function jarsOfLibraries(names: readonly string[]): JarName[] {
  const found = new Set<JarName>();
  for (const name of names) {
    if (!Object.hasOwn(libraries, name))
      throw new Error(`${name} is not a library in test/build/mavenLibraries`);
    for (const jar of libraries[name as keyof typeof libraries]) found.add(jar);
  }
  return [...found];
}
