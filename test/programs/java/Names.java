import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** One object of every kind of class the compiler and the JVM name; a comment marks the line of each declaration. */
public class Names { // outer
  static final List<Object> KEPT = new ArrayList<>();

  class Inner { // inner
    class Deeper {} // deeper
  }

  static class Nested {} // nested

  record Pair(String left, int right) {} // record

  enum Colour { // enum
    RED,
    GREEN { // constant
      @Override
      String shade() {
        return "dark";
      }
    };

    String shade() {
      return "plain";
    }
  }

  static <T> T keep(T object) {
    KEPT.add(object);
    return object;
  }

  public static void main(String[] arguments) throws Exception {
    class Local {} // local
    Names names = keep(new Names());
    Inner inner = keep(names.new Inner());
    keep(inner.new Deeper());
    keep(new Nested());
    keep(new Local());
    keep(new Pair("a", 1));
    keep(Colour.RED);
    keep(Colour.GREEN);
    keep(new Secondary());
    keep(
        new Object() { // anonymous
          @Override
          public String toString() {
            return "anonymous";
          }
        });
    Supplier<Object> lambda = () -> KEPT;
    keep(lambda);
    System.out.println("READY");
    Thread.sleep(Long.MAX_VALUE);
  }
}

class Secondary {} // secondary
