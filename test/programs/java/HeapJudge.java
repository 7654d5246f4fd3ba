import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.graalvm.visualvm.lib.jfluid.heap.GCRoot;
import org.graalvm.visualvm.lib.jfluid.heap.Heap;
import org.graalvm.visualvm.lib.jfluid.heap.HeapFactory;
import org.graalvm.visualvm.lib.jfluid.heap.Instance;
import org.graalvm.visualvm.lib.jfluid.heap.JavaClass;

/**
 * What VisualVM's heap library says of a dump, as lines of tab-separated values: `totals instances bytes`,
 * `class name instances bytes`, `roots objects`, `cost seconds peak-KB processor-seconds`, and with a count as second argument `retained id class shallow retained`.
 */
public class HeapJudge {
  public static void main(String[] args) throws Exception {
    long started = System.nanoTime();
    Heap heap = HeapFactory.createHeap(new File(args[0]));
    System.out.println("totals\t" + heap.getSummary().getTotalLiveInstances() + "\t" + heap.getSummary().getTotalLiveBytes());
    for (Object each : heap.getAllClasses()) {
      JavaClass type = (JavaClass) each;
      System.out.println("class\t" + type.getName() + "\t" + type.getInstancesCount() + "\t" + type.getAllInstancesSize());
    }
    Set<Long> roots = new HashSet<>();
    for (Object each : heap.getGCRoots()) roots.add(((GCRoot) each).getInstance().getInstanceId());
    System.out.println("roots\t" + roots.size());
    long peak = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM")) peak = Long.parseLong(line.replaceAll("\\D", ""));
    }
    double cpu = ProcessHandle.current().info().totalCpuDuration().get().toNanos() / 1e9;
    System.out.println("cost\t" + (System.nanoTime() - started) / 1e9 + "\t" + peak + "\t" + cpu);
    int top = args.length > 1 ? Integer.parseInt(args[1]) : 0;
    if (top == 0) return;
    List<?> biggest = heap.getBiggestObjectsByRetainedSize(top);
    for (Object each : biggest) {
      Instance object = (Instance) each;
      System.out.println("retained\t" + Long.toHexString(object.getInstanceId()) + "\t" + object.getJavaClass().getName()
          + "\t" + object.getSize() + "\t" + object.getRetainedSize());
    }
  }
}
