import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import org.graalvm.visualvm.lib.jfluid.heap.GCRoot;
import org.graalvm.visualvm.lib.jfluid.heap.Heap;
import org.graalvm.visualvm.lib.jfluid.heap.HeapFactory;
import org.graalvm.visualvm.lib.jfluid.heap.Instance;
import org.graalvm.visualvm.lib.jfluid.heap.ThreadObjectGCRoot;

/**
 * Asks VisualVM's heap library. Lines of standard input are {@code DUMP ID,ID…}; for each id a line
 * {@code ID class retained shallow}, for {@code threads} in place of ids the stacks of the dump.
 */
public final class VisualVmRetained {
    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] parts = line.trim().split(" ");
            Heap heap = HeapFactory.createHeap(new File(parts[0]));
            System.out.println("dump " + parts[0]);
            if (parts[1].equals("threads")) printThreads(heap);
            else for (String id : parts[1].split(",")) print(heap, Long.decode(id));
        }
    }

    private static void print(Heap heap, long id) {
        Instance instance = heap.getInstanceByID(id);
        if (instance == null) {
            System.out.println("0x" + Long.toHexString(id) + " absent");
            return;
        }
        System.out.println("0x" + Long.toHexString(id) + " " + instance.getJavaClass().getName() + " "
                + instance.getRetainedSize() + " " + instance.getSize());
    }

    private static void printThreads(Heap heap) {
        for (GCRoot root : heap.getGCRoots()) {
            if (!(root instanceof ThreadObjectGCRoot)) continue;
            Instance thread = root.getInstance();
            if (thread == null) continue;
            System.out.println("thread 0x" + Long.toHexString(thread.getInstanceId()));
            StackTraceElement[] frames = ((ThreadObjectGCRoot) root).getStackTrace();
            if (frames != null) for (StackTraceElement frame : frames) System.out.println("    " + frame);
        }
    }
}
