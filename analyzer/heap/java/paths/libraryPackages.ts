/**
 * Packages of widely used libraries and frameworks, one line a family. A field of theirs is where memory is, hardly ever
 * where the fault is: the nearest field of other code is looked for first. Data: add what you meet.
 */
const libraryPackages: readonly string[] = [
  "akka org.apache.pekko io.vertx io.quarkus io.micronaut io.helidon play",
  "org.springframework org.hibernate org.jboss org.wildfly io.undertow jakarta org.glassfish",
  "org.eclipse.jetty org.apache.catalina org.apache.coyote org.apache.tomcat io.netty com.sun.net",
  "org.apache.kafka org.apache.lucene org.apache.solr org.elasticsearch org.opensearch org.apache.zookeeper",
  "org.apache.http org.apache.hc org.apache.logging org.apache.log4j org.apache.commons org.apache.ibatis org.apache.camel",
  "org.apache.spark org.apache.flink org.apache.hadoop org.apache.cassandra org.apache.ignite org.apache.groovy",
  "ch.qos.logback org.slf4j io.micrometer io.prometheus io.opentelemetry com.codahale.metrics io.dropwizard",
  "com.fasterxml.jackson com.google.gson com.google.common com.google.protobuf com.google.inject io.grpc",
  "io.reactivex reactor rx org.reactivestreams io.smallrye kotlin kotlinx scala groovy clojure",
  "org.h2 org.hsqldb org.apache.derby org.postgresql com.mysql org.mariadb oracle.jdbc com.microsoft.sqlserver org.sqlite",
  "com.zaxxer.hikari com.mchange org.apache.commons.dbcp2 com.alibaba.druid org.jooq org.jdbi org.mybatis",
  "org.quartz org.ehcache net.sf.ehcache com.hazelcast org.infinispan redis.clients io.lettuce org.redisson com.mongodb",
  "com.github.benmanes.caffeine it.unimi.dsi gnu.trove org.jctools org.agrona org.eclipse.collections com.carrotsearch",
  "org.antlr org.objectweb.asm net.bytebuddy javassist org.codehaus com.squareup okhttp3 okio retrofit2",
];

const prefixes: ReadonlySet<string> = new Set(libraryPackages.flatMap((family) => family.split(" ")));

/** True when the class, or a package around it, is one of the libraries'. */
export function isLibraryClass(name: string): boolean {
  for (let end = name.indexOf("."); end >= 0; end = name.indexOf(".", end + 1)) {
    if (prefixes.has(name.slice(0, end))) return true;
  }
  return false;
}
