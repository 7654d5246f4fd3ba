/**
 * Packages of widely used libraries and frameworks, one line a family. A field of theirs is where memory is, hardly ever
 * where the fault is: the nearest field of other code is looked for first. Data: add what you meet.
 */
const libraryPackages: readonly string[] = [
  "akka org.apache.pekko io.vertx io.quarkus io.micronaut io.helidon play",
  "org.springframework org.hibernate org.jboss org.wildfly io.undertow jakarta org.glassfish",
  "org.eclipse.jetty org.apache.catalina org.apache.coyote org.apache.tomcat io.netty com.sun.net",
  "org.apache.kafka org.apache.lucene org.apache.solr org.elasticsearch org.opensearch org.apache.zookeeper",
  "org.apache.http org.apache.hc org.apache.logging org.apache.log4j",
  "org.apache.commons org.apache.ibatis org.apache.camel",
  "org.apache.spark org.apache.flink org.apache.hadoop",
  "org.apache.cassandra org.apache.ignite org.apache.groovy",
  "ch.qos.logback org.slf4j io.micrometer io.prometheus io.opentelemetry com.codahale.metrics io.dropwizard",
  "com.fasterxml.jackson com.google.gson com.google.common com.google.protobuf com.google.inject io.grpc",
  "io.reactivex reactor rx org.reactivestreams io.smallrye kotlin kotlinx scala groovy clojure",
  "org.h2 org.hsqldb org.apache.derby org.postgresql com.mysql",
  "org.mariadb oracle.jdbc com.microsoft.sqlserver org.sqlite",
  "com.zaxxer.hikari com.mchange org.apache.commons.dbcp2 com.alibaba.druid org.jooq org.jdbi org.mybatis",
  "org.quartz org.ehcache net.sf.ehcache com.hazelcast org.infinispan",
  "redis.clients io.lettuce org.redisson com.mongodb",
  "com.github.benmanes.caffeine it.unimi.dsi gnu.trove org.jctools",
  "org.agrona org.eclipse.collections com.carrotsearch",
  "org.antlr org.objectweb.asm net.bytebuddy javassist org.codehaus com.squareup okhttp3 okio retrofit2",
  "org.eclipse.persistence org.eclipse.microprofile org.apache.openjpa",
  "com.vaadin org.apache.wicket org.apache.struts",
  "org.apache.curator org.apache.activemq org.apache.rocketmq org.apache.pulsar",
  "com.rabbitmq io.nats org.zeromq org.apache.thrift",
  "org.apache.poi org.apache.pdfbox org.apache.xmlbeans com.itextpdf",
  "org.jfree net.sf.jasperreports freemarker org.thymeleaf",
  "org.jsoup org.dom4j org.jdom2 nu.xom net.sf.saxon",
  "com.thoughtworks.xstream org.yaml org.json com.jayway com.esotericsoftware",
  "org.neo4j org.rocksdb org.mapdb org.apache.jena org.eclipse.rdf4j",
  "org.jgrapht org.roaringbitmap com.lmax org.caffinitas",
  "com.amazonaws software.amazon com.google.cloud com.google.api",
  "com.azure org.bouncycastle org.joda org.threeten",
  "dagger com.google.auto net.sf.cglib org.mockito org.junit",
  "junit org.testng org.gradle org.apache.maven org.sonatype",
  "org.osgi org.apache.felix org.eclipse.osgi org.eclipse.core org.eclipse.jdt",
  "org.eclipse.aether com.typesafe ratpack spark",
  "org.apache.velocity org.mozilla org.python org.jruby org.mvel2",
  "ognl bsh org.apache.tika org.apache.arrow org.apache.avro",
];

const prefixes: ReadonlySet<string> = new Set(libraryPackages.flatMap((family) => family.split(" ")));

/**
 * Stores and models of data: databases, search indexes, graphs, documents, syntax trees, matrices. They hold what the
 * program has, which is as big as it is.
 */
const dataPackages: readonly string[] = [
  "com.fasterxml.jackson.databind.node com.google.gson org.json jakarta.json",
  "javax.json org.yaml.snakeyaml com.jayway.jsonpath",
  "org.w3c.dom com.sun.org.apache.xerces org.apache.xerces org.jsoup.nodes org.dom4j",
  "org.jdom2 nu.xom net.sf.saxon org.apache.xmlbeans",
  "org.h2 org.hsqldb org.apache.derby org.sqlite org.mapdb",
  "org.rocksdb org.neo4j org.apache.jena org.eclipse.rdf4j com.unboundid.ldap.listener org.apache.directory.server",
  "org.apache.lucene org.jgrapht com.google.common.graph org.roaringbitmap",
  "org.apache.arrow org.locationtech.jts org.geotools",
  "org.ehcache net.sf.ehcache com.hazelcast org.infinispan org.apache.ignite",
  "org.apache.poi org.apache.pdfbox com.itextpdf org.jfree.data",
  "javax.swing.text javax.swing.table javax.swing.tree org.apache.commons.math3 org.apache.commons.csv",
  "org.antlr org.objectweb.asm com.sun.tools.javac com.github.javaparser",
  "org.eclipse.jdt javassist net.bytebuddy org.apache.calcite",
  "org.apache.tinkerpop com.orientechnologies com.googlecode.cqengine com.googlecode.concurrenttrees",
  "org.apache.zookeeper.server org.apache.jackrabbit org.apache.datasketches net.openhft.chronicle.map",
  "tech.tablesaw smile weka.core opennlp.tools edu.stanford.nlp org.nd4j com.graphhopper org.apache.sis",
  "spoon.reflect soot com.thoughtworks.qdox org.semanticweb.owlapi com.google.protobuf org.apache.avro.generic",
  "org.dizitart jetbrains.exodus com.github.davidmoten org.ahocorasick com.hankcs io.jenetics org.chocosolver",
  "org.drools org.kie org.deeplearning4j org.tribuo org.eclipse.emf org.apache.uima org.docx4j org.odftoolkit",
  "com.lowagie org.apache.xml.dtm org.commonmark com.vladsch.flexmark net.sf.jsqlparser com.opencsv de.siegmar",
  "org.jheaps org.openstreetmap org.apache.batik org.htmlunit.html com.univocity com.github.javafaker net.datafaker",
  "com.ibm.icu net.fortuna.ical4j org.languagetool com.typesafe.config com.esri com.uber.h3core",
];

const dataPrefixes: ReadonlySet<string> = new Set(dataPackages.flatMap((family) => family.split(" ")));

/** True when the class, or a package around it, is one of the libraries'. */
export function isLibraryClass(name: string): boolean {
  return isInside(prefixes, name);
}

/** True for classes in which libraries keep a program's data. */
export function isDataClass(name: string): boolean {
  return isInside(dataPrefixes, name);
}

function isInside(packages: ReadonlySet<string>, name: string): boolean {
  for (let end = name.indexOf("."); end >= 0; end = name.indexOf(".", end + 1)) {
    if (packages.has(name.slice(0, end))) return true;
  }
  return false;
}
