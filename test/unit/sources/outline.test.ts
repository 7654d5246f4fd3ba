import { describe, expect, it } from "vitest";
import type { SourceLanguage } from "../../../analyzer/sources/language";
import { fullNameOf } from "../../../analyzer/sources/outline";
import { outlineOf } from "../../../analyzer/sources/outlineScanner";

/** One line per type: its JVM name, then fields and methods with their lines. */
function draw(language: SourceLanguage, text: string): string[] {
  const outline = outlineOf(text, language);
  const members = (list: readonly { kind: string; name: string; line: number }[]) =>
    list.map((member) => ` ${member.name}${member.kind === "method" ? "()" : ""}:${member.line}`).join("");
  const lines = outline.types.map(
    (type) => `${type.kind} ${fullNameOf(outline, type)}:${type.line}${members(type.members)}`,
  );
  return outline.fileMembers.length === 0 ? lines : [...lines, `file${members(outline.fileMembers)}`];
}

function check(language: SourceLanguage, text: string, expected: readonly string[]): void {
  expect(draw(language, text)).toEqual(expected);
}

describe("Java outline", () => {
  it("finds fields and methods, not what comments and strings say", () =>
    check(
      "java",
      `/* class Fake { int no; } */
package com.example; // class Other {}
import java.util.*;

@Deprecated(since = "class Not { int a; }")
public final class Orders<K extends Comparable<K>, V> {
  private static final Map<String, List<Order>> BY_ID = new HashMap<String, List<Order>>(), second, third = null;
  int[] sizes = {1, 2, 3}, more[];
  String text = "int fake; }", block = """
      class Fake { int x; } "
      """;
  char brace = '}', quote = '\\'';
  @Inject @Named("a;b") volatile java.util.List<?> listeners;
  <T> T method(int a, final List<T> b) throws Exception { int local = 1; String s = "}"; return null; }
  public Orders() { this(1); }
  static { int alsoLocal; }
  abstract void nothing();
  Runnable r = () -> { int inLambda = 1; }, after;
}
`,
      [
        "class com.example.Orders:6 BY_ID:7 second:7 third:7 sizes:8 more:8 text:9 block:9 brace:12 quote:12 listeners:13 method():14 <init>():15 nothing():17 r:18 after:18",
      ],
    ));

  it("follows nesting, local and anonymous classes", () =>
    check(
      "java",
      `package p;
class Outer {
  int a;
  static class Inner { int a; class Deep { Object a; } }
  Runnable r = new Runnable() { int inAnonymous; public void run() {} };
  void m() {
    class Local { int b; }
    record Point(int x, List<Map<String, int[]>> y) { static int count; Point { } }
    foo(new Thread("x") { long c; });
  }
  int last;
}
interface Second { int K = 1; void go(); }
@interface Marker { int value() default 1; }`,
      [
        "class p.Outer:2 a:3 r:5 m():6 last:11",
        "class p.Outer$Inner:4 a:4",
        "class p.Outer$Inner$Deep:4 a:4",
        "anonymous p.Outer$1:5 inAnonymous:5 run():5",
        "class p.Outer$1Local:7 b:7",
        "record p.Outer$1Point:8 x:8 y:8 count:8",
        "anonymous p.Outer$2:9 c:9",
        "interface p.Second:13 K:13 go():13",
        "annotation p.Marker:14 value():14",
      ],
    ));

  it("reads enums and records", () =>
    check(
      "java",
      `enum Kind { A(1), @Old B(2) { int own; void f() {} }, C; private final int code; Kind(int c) { code = c; } static int n; }
public record Line(String text, @Max(3) long amount, byte... raw) implements Foo { private static final Object LOCK = new Object(); }
enum Plain { X, Y }`,
      [
        "enum Kind:1 A:1 B:1 C:1 code:1 <init>():1 n:1",
        "anonymous Kind$1:1 own:1 f():1",
        "record Line:2 text:2 amount:2 raw:2 LOCK:2",
        "enum Plain:3 X:3 Y:3",
      ],
    ));

  it.each([
    "",
    "}}}}",
    "class",
    "class X {",
    "((((",
    '"',
    "/*",
    "enum {",
    "@",
    "int a = ",
    "record R(",
    "a < b > c ; ] }",
  ])("survives %j", (text) => {
    for (const language of ["java", "kotlin", "scala", "groovy"] as const)
      expect(draw(language, text)).toBeDefined();
  });

  it("gives up quietly on absurd nesting", () => {
    expect(draw("java", "class A { int x; ".repeat(5000)).length).toBeGreaterThan(100);
  });
});

describe("Kotlin outline", () => {
  it("finds constructor properties, companions, objects and file members", () =>
    check(
      "kotlin",
      `@file:JvmName("Tools")
package com.example /* /* nested */ class No */

const val LIMIT = 10
val <T> List<T>.tail: List<T> get() = drop(1)
fun topLevel(a: Int = run { 1 }) = a
data class Order(val id: Long, plain: Int, private var items: Map<String, List<Int>> = emptyMap()) : Base(id), Runnable {
  val total by lazy { var local = 1; local }
  lateinit var owner: Owner
  companion object { val CACHE = HashMap<String, Order>(); fun make() {} }
  inner class Line { val text = "\${ if (true) { "}" } else "class X" } val no = 1" }
  override fun run() { val local = 2; class InRun { val z = 1 } }
  val handler = object : Handler() { val depth = 1 }
  init { println(Order::class) }
}
class Bare
object Registry { val entries = mutableListOf<Any>() }
enum class Color(val rgb: Int) { RED(1) { override fun f() {} }, GREEN(2); abstract fun f(); val extra = 3 }
sealed interface Shape { class Round(val r: Double) : Shape
  object Empty : Shape
  fun area(): Double }
fun interface Callback { fun call() }`,
      [
        "class com.example.Order:7 id:7 items:7 total:8 owner:9 run():12 handler:13 <init>():14",
        "object com.example.Order$Companion:10 CACHE:10 make():10",
        "class com.example.Order$Line:11 text:11",
        "class com.example.Order$run$InRun:12 z:12",
        "anonymous com.example.Order$handler$1:13 depth:13",
        "class com.example.Bare:16",
        "object com.example.Registry:17 entries:17",
        "enum com.example.Color:18 rgb:18 RED:18 GREEN:18 f():18 extra:18",
        "anonymous com.example.Color$RED$1:18 f():18",
        "interface com.example.Shape:19 area():21",
        "class com.example.Shape$Round:19 r:19",
        "object com.example.Shape$Empty:20",
        "interface com.example.Callback:22 call():22",
        "file LIMIT:4 tail:5 topLevel():6",
      ],
    ));
});

describe("Scala outline", () => {
  it("reads braces", () =>
    check(
      "scala",
      `package com.example
package orders
class Book(val id: Long, limit: Int)(implicit ec: Context) extends Base(id) with Log {
  private[this] val cache = mutable.Map.empty[String, Array[Byte]]
  lazy val heavy: String = s"\${ if (x) { "}" } } class No"
  var (a, b) = (1, 2)
  def run(x: Int): Unit = { val local = 1; val worker = new Worker(1) { val inside = 1 } }
  val sym = 'name
  object Inner { val z = 'c' }
}
object Book { val shared = 1; case class Line(text: String, amount: Int) }
trait Log { def log(): Unit }
case object Empty`,
      [
        "class com.example.orders.Book:3 id:3 limit:3 ec:3 cache:4 heavy:5 a:6 b:6 run():7 sym:8",
        "anonymous com.example.orders.Book$1:7 inside:7",
        "object com.example.orders.Book$Inner:9 z:9",
        "object com.example.orders.Book:11 shared:11",
        "class com.example.orders.Book$Line:11 text:11 amount:11",
        "trait com.example.orders.Log:12 log():12",
        "object com.example.orders.Empty:13",
      ],
    ));

  it("reads indentation", () =>
    check(
      "scala",
      `package p

class Store(limit: Int) extends Base:
  val entries = Map.empty
  def add(x: Int): Unit =
    val local = x
    println(local)
  object Deep:
    var count = 0
  val last = 1

enum Color:
  case Red, Green
  case Custom(rgb: Int)

val topLevel = 3`,
      [
        "class p.Store:3 limit:3 entries:4 add():5 last:10",
        "object p.Store$Deep:8 count:9",
        "enum p.Color:12 Red:13 Green:13 Custom:14",
        "file topLevel:16",
      ],
    ));
});

describe("Groovy outline", () => {
  it("ends statements with lines", () =>
    check(
      "groovy",
      `package p
class Cache {
  static final Map<String, byte[]> ENTRIES = [:]
  def untyped
  String name = 'class X { int no }'
  int count, other = 2
  @Delegate
  List items = []
  def pattern = ~/\\{ class No/
  def find(String key) { def local = 1
    ENTRIES[key] }
  void put(key) {
    int x = 1
  }
  Closure work = { it -> def y = 1 }
  int last
}`,
      [
        "class p.Cache:2 ENTRIES:3 untyped:4 name:5 count:6 other:6 items:8 pattern:9 find():10 put():12 work:15 last:16",
      ],
    ));
});
