import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;

/**
 * One of everything whose size depends on how a JVM lays objects out. As its own Java agent it prints what the JVM says of
 * the sizes of class objects and instances. Prints READY and waits.
 */
public class SizeZoo {
  static class Empty {}
  static class OneByte { byte a; }
  static class ByteThenLong extends OneByte { long b; }
  static class ThenByte extends ByteThenLong { byte c; }
  static class ThenReference extends ThenByte { Object d; short e; }
  static class Everything extends ThenReference {
    boolean f; char g; float h; double i; int j; long k; Object l; Object m; byte n;
  }
  static class IntsAndShorts { int a; short b; }
  static class FillsGap extends IntsAndShorts { short c; byte d; Object e; }
  static class OnlyReferences { Object a, b, c; }
  static class OddReferences extends OnlyReferences { Object d; long e; byte f; }
  static class WithStatics { static byte a; static long b = 1; static Object c = new Object(); static short d; static double e; }
  static class NamedThread extends Thread {
    byte mark;
    NamedThread(Runnable body) { super(body, "zoo"); }
  }
  static class Failure extends InternalError { byte why; }

  static Instrumentation instrumentation;

  public static void premain(String options, Instrumentation given) {
    instrumentation = given;
  }

  static final List<Object> kept = new ArrayList<>();
  static final Map<Object, Object> map = new HashMap<>();
  static final ConcurrentHashMap<Integer, byte[]> payloads = new ConcurrentHashMap<>();
  static Object[] tree;

  public static void main(String[] args) throws Exception {
    for (int k = 0; k < 40; k++) {
      kept.add(new Empty());
      kept.add(new OneByte());
      kept.add(new ByteThenLong());
      kept.add(new ThenByte());
      kept.add(new ThenReference());
      kept.add(new Everything());
      kept.add(new IntsAndShorts());
      kept.add(new FillsGap());
      kept.add(new OnlyReferences());
      kept.add(new OddReferences());
      kept.add(new WithStatics());
      kept.add(new boolean[k]);
      kept.add(new byte[k]);
      kept.add(new short[k]);
      kept.add(new char[k]);
      kept.add(new int[k]);
      kept.add(new float[k]);
      kept.add(new long[k]);
      kept.add(new double[k]);
      kept.add(new Object[k]);
      kept.add(new String[k][]);
      map.put("key " + k, k);
      payloads.put(k, new byte[1000 * k]);
    }
    kept.add(new Failure());
    kept.add(new ForkJoinPool(1));
    tree = grow(6);
    CountDownLatch started = new CountDownLatch(1);
    NamedThread thread = new NamedThread(() -> {
      byte[] local = new byte[12_345];
      started.countDown();
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        kept.add(local);
      }
    });
    thread.setDaemon(true);
    thread.start();
    started.await();
    if (instrumentation != null) {
      StringBuilder sizes = new StringBuilder();
      for (Class<?> each : instrumentation.getAllLoadedClasses()) line(sizes, "class", each, each);
      for (Object each : kept) if (!each.getClass().isArray()) line(sizes, "object", each.getClass(), each);
      System.out.print(sizes);
    }
    System.out.println("READY");
    Thread.sleep(Long.MAX_VALUE);
  }

  static void line(StringBuilder sizes, String kind, Class<?> type, Object measured) {
    sizes.append(kind).append('\t').append(type.getTypeName()).append('\t');
    sizes.append(instrumentation.getObjectSize(measured)).append('\n');
  }

  static Object[] grow(int depth) {
    Object[] node = new Object[4];
    node[0] = new long[depth];
    for (int k = 1; k < 4 && depth > 0; k++) node[k] = grow(depth - 1);
    return node;
  }
}
