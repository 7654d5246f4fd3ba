/** A counter, an address or a random text in the name of a class that was made at run time, and what stands for it. */
const madeNames: readonly (readonly [pattern: RegExp, stable: string])[] = [
  // Foo$$Lambda/0x00007f…, Foo$$Lambda+0x…, Foo$$Lambda$14/0x…, Foo$$Lambda$14/1831932724
  [/(\$\$Lambda)[$/+].*$/, "$1"],
  // jdk.proxy2.$Proxy12, com.sun.proxy.$Proxy12
  [/^jdk\.proxy\d+\./, "jdk.proxy."],
  [/(\$Proxy)\d.*$/, "$1"],
  [/(Generated(?:Method|Constructor|SerializationConstructor)Accessor)\d.*$/, "$1"],
  // LambdaForm$MH/0x…, LambdaForm$DMH/123, LambdaForm$MH000
  [/(LambdaForm\$[A-Za-z_$]+)[\d/].*$/, "$1"],
  // Groovy's shell, script engines
  [/^((?:.*\.)?[sS]cript)\d+/, "$1"],
  // Byte Buddy, Mockito, Hibernate
  [/(\$(?:ByteBuddy|MockitoMock|HibernateProxy|HibernateInstantiator|HibernateAccessOptimizer)\$).*$/, "$1"],
  // CGLIB, and Spring's
  [/(\$\$(?:EnhancerBy|FastClassBy)\w+\$\$)[0-9a-f]{4}.*$/, "$1"],
  [/(\$\$SpringCGLIB\$\$)\d+$/, "$1"],
  // Javassist
  [/(_\$\$_jvst)[0-9a-f_]+$/, "$1"],
  // Any other hidden class is called like the class that made it, and an address.
  [/[/+]0x[0-9a-f]+$/, "/hidden"],
];

/** Nearly all names are told from made ones by one look. */
const mayBeMade = /\$\$|\$Proxy|Accessor\d|LambdaForm\$|cript\d|0x|\$ByteBuddy|\$Mockito|\$Hibernate/;

/**
 * Names of classes made at run time carry a counter or an address: `X$$Lambda$14+0x0000…` becomes `X$$Lambda`. What one
 * class made has one name, in every run.
 */
export function stableName(name: string): string {
  if (!mayBeMade.test(name)) return name;
  const dimensions = /(?:\[\])*$/.exec(name)![0];
  let stable = name.slice(0, name.length - dimensions.length);
  for (const [pattern, replacement] of madeNames) stable = stable.replace(pattern, replacement);
  return stable + dimensions;
}
