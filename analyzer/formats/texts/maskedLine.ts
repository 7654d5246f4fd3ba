import { findInText } from "../../base/secrets/findInText";
import { PathPseudonyms } from "../../base/secrets/pathPseudonyms";
import type { Pseudonyms } from "../../base/secrets/pseudonyms";
import type { TextFormat } from "./identifyText";

/** How lines begin that a format writes itself; others are what programs print in between. */
const ownLines: Readonly<Record<TextFormat, RegExp>> = {
  "NMT report": /^(?:\s|[-(+[]|Total:|Native Memory|\d+:|Omitting|Virtual memory|Details|Baseline|Memory|$)/,
  "memory map": /^(?:[0-9a-f]+-[0-9a-f]+ |[A-Z]\w*:\s|Pss_\w+:|$)/,
  pmap: /^(?:\s*[0-9a-f]{8,16}\s|\s*Address|\d+:|[-\s]|total|mapped|writeable|$)/i,
  "JVM System.map": /^(?:0x|\s|from\s|Total|Memory|Virtual|Heap|\d+:|[-=#]|$)/,
  "process status": /^[A-Z]\w*:/,
  "GC log":
    /^(?:\[[^\]]*\]|\s|\d|[{}]|Heap|CommandLine flags:|OpenJDK|Java HotSpot|Memory:|Desired|\)|Total time|$)/,
  "thread dump":
    /^(?:"|\s|\d{4}-|\d+:|Full thread dump|Threads class SMR|_|0x|[{}]|#\d+ |JNI global|Heap|Found |Java stack|===|$)/,
  "goroutine dump": /^(?:goroutine |\s|\w[\w./$*()[\]{},~-]*\(|created by |\d+ @|#|$)/,
};

/** Threads the JVM makes itself. */
const threadsOfJvm =
  /^(?:main|Reference Handler|Finalizer|Signal Dispatcher|Service Thread|Monitor Deflation Thread|Notification Thread|Common-Cleaner|Attach Listener|DestroyJavaVM|C[12] CompilerThread\d+|VM (?:Periodic Task )?Thread|G1 .*|GC Thread#\d+|ParGC Thread#\d+|Z\w* .*|Shenandoah .*|Sweeper thread|StringDedup\w*)$/;

const star = "*";

/**
 * One line of a saved text without what programs and people put into it. At the level of names those of classes,
 * functions and files that are not the system's get others as well.
 */
export class MaskedLine {
  private readonly paths = new PathPseudonyms();
  private isInKey = false;

  constructor(
    private readonly format: TextFormat | undefined,
    private readonly pseudonyms: Pseudonyms | undefined,
    private readonly replaced: Map<string, string>,
  ) {}

  of(line: string): string {
    if (this.isInKey) {
      if (line.includes("-----END ")) this.isInKey = false;
      return hidden(line);
    }
    if (line.includes("PRIVATE KEY-----") && line.includes("-----BEGIN ")) {
      this.isInKey = !line.includes("-----END ");
      return hidden(line);
    }
    if (this.format !== undefined && !ownLines[this.format].test(line)) return hidden(line);
    return this.withOtherNames(withoutSecrets(withoutValues(withoutThreadName(line))));
  }

  private withOtherNames(line: string): string {
    if (this.pseudonyms === undefined) return line;
    const frame = /^(\s+at )([^(\s]+)\(([^()]*)\)/.exec(line);
    let other = line;
    if (frame !== null) {
      const [whole, at, name, place] = frame as unknown as [string, string, string, string];
      other = `${at}${this.nameOf(name)}(${this.placeOf(place)})${line.slice(whole.length)}`;
    } else {
      other = line.replace(/\((a|an instance of) ([\w.$[;/]+)\)/g, (_, article: string, name: string) => {
        return `(${article} ${this.nameOf(name)})`;
      });
    }
    return this.withOtherPath(other);
  }

  /** `java.base@17/java.lang.Thread.run` as `com.example.Shop.serve`: the class is what stands before the last dot. */
  private nameOf(name: string): string {
    const moduleEnd = name.lastIndexOf("@") < 0 ? 0 : name.indexOf("/", name.lastIndexOf("@")) + 1;
    const own = name.slice(moduleEnd);
    const other = this.pseudonyms!.of(own.replaceAll(".", "/")).replaceAll("/", ".");
    if (other !== own) this.replaced.set(other, own);
    return name.slice(0, moduleEnd) + other;
  }

  private placeOf(place: string): string {
    const colon = place.indexOf(":");
    const file = colon < 0 ? place : place.slice(0, colon);
    if (!/\.\w+$/.test(file)) return place;
    return this.pseudonyms!.of(file) + place.slice(file.length);
  }

  private withOtherPath(line: string): string {
    const at = line.search(/(?:^|\s)\/\S/);
    if (at < 0) return line;
    const start = line[at] === "/" ? at : at + 1;
    const path = line.slice(start);
    const other = this.paths.of(path, false);
    if (other !== path) this.replaced.set(other, path);
    return line.slice(0, start) + other;
  }
}

/** `"worker of Ada" #12 prio=5`: letters and digits of the name go, unless it is one of the JVM's. */
function withoutThreadName(line: string): string {
  const start = line.search(/^(?:#\d+ )?"/) < 0 ? -1 : line.indexOf('"');
  if (start < 0) return line;
  const end = line.lastIndexOf('"');
  if (end <= start) return line;
  const name = line.slice(start + 1, end);
  return threadsOfJvm.test(name) ? line : line.slice(0, start + 1) + hidden(name) + line.slice(end);
}

/** `NAME=value` of an environment, `-Dname=value` of a command line. */
function withoutValues(line: string): string {
  const variable = /^[A-Za-z_]\w{0,99}=(?=.)/.exec(line);
  if (variable !== null) return variable[0] + hidden(line.slice(variable[0].length));
  if (!line.includes("-D")) return line;
  return line
    .split(" ")
    .map((word) => {
      const equals = word.startsWith("-D") ? word.indexOf("=") : -1;
      return equals < 0 ? word : word.slice(0, equals + 1) + hidden(word.slice(equals + 1));
    })
    .join(" ");
}

function withoutSecrets(line: string): string {
  let other = line;
  findInText(line, ({ start, end }) => {
    other = other.slice(0, start) + hidden(line.slice(start, end)) + other.slice(end);
  });
  return other;
}

function hidden(text: string): string {
  return text.replace(/\S/g, star);
}
