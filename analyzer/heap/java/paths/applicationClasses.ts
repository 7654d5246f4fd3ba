/** The JDK, languages, and libraries of collections: what is in these is somebody else's. */
const foreignPackages: readonly string[] = [
  "java javax jdk sun com.sun kotlin kotlinx scala groovy.lang clojure.lang",
  "com.google.common com.github.benmanes.caffeine io.netty.util org.apache.commons.collections org.apache.commons.collections4",
  "it.unimi.dsi gnu.trove org.jctools org.agrona.collections org.eclipse.collections com.gs.collections",
  "com.carrotsearch com.koloboke io.vavr org.pcollections org.cliffc com.googlecode.concurrentlinkedhashmap",
];

const prefixes: readonly string[] = foreignPackages.flatMap((family) =>
  family.split(" ").map((name) => `${name}.`),
);

/** True for classes of the application and its frameworks, false for the JDK and for collection libraries. */
export function isApplicationClass(name: string): boolean {
  return !name.endsWith("[]") && !prefixes.some((prefix) => name.startsWith(prefix));
}

/**
 * Classes made at run time, by the JVM, cglib, Byte Buddy, Javassist, mocks and proxies of entities: their fields have no
 * line in any source.
 */
export function isGeneratedClass(name: string): boolean {
  return /\$\$Lambda|\$\$(EnhancerBy|FastClass|SpringCGLIB)|^com\.sun\.proxy\.|\$Proxy\d|^jdk\.proxy|\$(MockitoMock|ByteBuddy|HibernateProxy|auxiliary)\$|_\$\$_j(avassist|vst)/.test(
    name,
  );
}
