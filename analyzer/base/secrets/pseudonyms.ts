/** Packages of the JDK: their names tell nothing of a program, and what collections and threads mean hangs on them. */
const jdkPackages = ["java/", "javax/", "jdk/", "sun/", "com/sun/"];
/** Words compilers and JVMs make names with. */
const wordsOfCompilers: ReadonlySet<string> = new Set(
  "Lambda Proxy lambda access init clinit this val java kt scala groovy".split(" "),
);
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
const encoder = new TextEncoder();

/** Whether a class by the JVM's name, `java/lang/String` or `[Ljava/lang/String;`, is the JDK's or of primitives. */
export function isJdkClass(jvmName: string): boolean {
  let element = jvmName.replaceAll(".", "/");
  while (element.startsWith("[")) element = element.slice(1);
  if (element !== jvmName && element.length === 1) return true;
  if (element !== jvmName && element.startsWith("L")) element = element.slice(1);
  return jdkPackages.some((prefix) => element.startsWith(prefix));
}

/**
 * Other names of the same lengths in UTF-8, the same for the same: each word of a name becomes another word, while
 * what stands between words (packages, nesting, arrays, parameters) stays.
 */
export class Pseudonyms {
  private readonly wordByWord = new Map<string, string>();
  private readonly usedByLength = new Map<number, number>();
  private readonly taken = new Set<string>();

  constructor(private readonly keepsClass: (jvmName: string) => boolean) {}

  /** For the name of a class, field, method or file, or for a signature. */
  of(name: string): string {
    if (name.startsWith("(") || name.startsWith("[")) return this.ofDescriptor(name);
    return this.keepsClass(name) ? name : this.ofWords(name);
  }

  private ofDescriptor(text: string): string {
    let result = "";
    for (let at = 0; at < text.length; ) {
      if (text[at] !== "L") {
        if (!"()[;BCDFIJSZV".includes(text[at]!)) return this.ofWords(text);
        result += text[at++]!;
        continue;
      }
      const end = text.indexOf(";", at);
      const upto = end < 0 ? text.length : end;
      const name = text.slice(at + 1, upto);
      result += `L${this.keepsClass(name) ? name : this.ofWords(name)}`;
      at = upto;
    }
    return result;
  }

  private ofWords(name: string): string {
    return name.replace(/[^/.;[\]()<>$:+,\s-]+/g, (word) =>
      wordsOfCompilers.has(word) || /^(?:\d+|0x[0-9a-f]+)$/.test(word) ? word : this.ofWord(word),
    );
  }

  private ofWord(word: string): string {
    const known = this.wordByWord.get(word);
    if (known !== undefined) return known;
    const length = encoder.encode(word).byteLength;
    let made: string;
    let number = this.usedByLength.get(length) ?? 0;
    do made = spell(number++, length);
    while (this.taken.has(made) && number < letters.length ** length);
    this.usedByLength.set(length, number);
    this.taken.add(made);
    this.wordByWord.set(word, made);
    return made;
  }
}

function spell(number: number, length: number): string {
  let word = "";
  for (let left = number; word.length < length; left = Math.floor(left / letters.length)) {
    word = letters[left % letters.length]! + word;
  }
  return word;
}
