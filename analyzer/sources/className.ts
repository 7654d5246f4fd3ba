import { withoutEnding } from "../base/endings";

/** A class name of a dump, taken apart. */
export interface ClassName {
  /** Dotted; empty for the unnamed package. */
  readonly packageName: string;
  /** Name after the package without what was made at run time: `Outer$Inner`, `Foo$1`, `FooKt`. */
  readonly simpleName: string;
  /** Names the file may have without its extension, most likely first: `Outer$Inner` may be in `Outer` or `Outer$Inner`. */
  readonly fileNames: readonly string[];
  /** What the run-time part was: `lambda`, `proxy`, `closure`. */
  readonly generated?: string;
  /** The method it was written in, when the compiler put that into the name. */
  readonly inMember?: string;
  /** Set when no source can exist, with the reason. */
  readonly hasNoSource?: string;
}

/** Suffixes compilers and libraries add to the name of the class somebody wrote; a group in one is a method's name. */
const generatedSuffixes: readonly (readonly [RegExp, string])[] = [
  [/\$\$Lambda/, "lambda"],
  [/\$\$(?:EnhancerBy|FastClassBy|SpringCGLIB|KeyFactoryBy)\w*\$\$/, "proxy"],
  [/\$\$(?:EnhancerBy|FastClassBy|SpringCGLIB|KeyFactoryBy)/, "proxy"],
  [/_\$\$_(?:jvst|javassist)/, "proxy"],
  [/\$HibernateProxy\$/, "proxy"],
  [/\$MockitoMock\$/, "mock"],
  [/\$(?:ByteBuddy|auxiliary)\$/, "proxy"],
  [/_(?:ClientProxy|Subclass|WeldClientProxy)$/, "proxy"],
  [/\$\$anonfun\$(?:([A-Za-z_]\w*)\$\d+)?/, "function"],
  [/\$_(\w+?)_(?:closure|lambda)\d/, "closure"],
  [/\$_(?:closure|lambda)\d/, "closure"],
  [/\$\$inlined\$/, "inlined function"],
  [/\$\$serializer$/, "serializer"],
  [/\$(?:WhenMappings|DefaultImpls|EntriesMappings)$/, "compiler's class"],
  [/\$Proxy\d+$/, "proxy"],
];

/** Classes do not nest deeper; a name made of dollars would give as many. */
const mostFileNames = 40;

const primitives = new Set("boolean byte char short int long float double void".split(" "));

/** @param name as Java writes it: `com.example.Outer$Inner[]`. Slashes of class files are accepted too. */
export function parseClassName(name: string): ClassName {
  let full = withoutEnding(name.trim(), "[]");
  // Hidden classes end in an address or number after a character that no declared name has.
  full = full.replace(/[/+.](?:0x[0-9a-fA-F]+|\d+)$/, "").replaceAll("/", ".");
  const dot = full.lastIndexOf(".");
  const packageName = full.slice(0, Math.max(0, dot));
  let simpleName = full.slice(dot + 1);
  if (packageName === "" && primitives.has(simpleName)) {
    return { packageName, simpleName, fileNames: [], hasNoSource: `${name} is built into the JVM` };
  }
  if (/^\$Proxy\d+$/.test(simpleName)) {
    return { packageName, simpleName, fileNames: [], hasNoSource: `${full} is a proxy made at run time` };
  }
  let generated: string | undefined;
  let inMember: string | undefined;
  for (const [suffix, what] of generatedSuffixes) {
    const found = suffix.exec(simpleName);
    if (found === null || found.index === 0) continue;
    simpleName = simpleName.slice(0, found.index);
    generated ??= what;
    inMember = found[1] ?? inMember;
  }
  const made = {
    ...(generated === undefined ? {} : { generated }),
    ...(inMember === undefined ? {} : { inMember }),
  };
  return { packageName, simpleName, fileNames: fileNamesFor(simpleName), ...made };
}

function fileNamesFor(simpleName: string): string[] {
  const names: string[] = [];
  const add = (name: string) => {
    if (name !== "" && names.length < mostFileNames && !names.includes(name)) names.push(name);
  };
  for (let dollar = simpleName.indexOf("$", 1); dollar > 0; dollar = simpleName.indexOf("$", dollar + 1)) {
    add(simpleName.slice(0, dollar));
  }
  add(simpleName);
  // Kotlin compiles the functions of Foo.kt into FooKt; Scala 3 those of Foo.scala into Foo$package.
  const outermost = names[0]!;
  if (/.Kt$/.test(outermost)) {
    const stem = outermost.slice(0, -2);
    add(stem);
    add(stem.slice(0, 1).toLowerCase() + stem.slice(1));
  }
  return names;
}
