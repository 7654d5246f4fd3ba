import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.graalvm.visualvm.lib.jfluid.heap.GCRoot;
import org.graalvm.visualvm.lib.jfluid.heap.Heap;
import org.graalvm.visualvm.lib.jfluid.heap.HeapFactory;
import org.graalvm.visualvm.lib.jfluid.heap.Instance;
import org.graalvm.visualvm.lib.jfluid.heap.JavaFrameGCRoot;
import org.graalvm.visualvm.lib.jfluid.heap.ThreadObjectGCRoot;

/**
 * Asks VisualVM's heap library. Lines of standard input are {@code DUMP ID,ID…}; for each id a line
 * {@code ID class retained shallow path dominator} (instances from a root to it; id of its immediate dominator, 0 for
 * none), for {@code threads} in place of ids the stacks of the dump with the ids of their locals.
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

    private static void print(Heap heap, long id) throws Exception {
        Instance instance = heap.getInstanceByID(id);
        if (instance == null) {
            System.out.println("0x" + Long.toHexString(id) + " absent");
            return;
        }
        System.out.println("0x" + Long.toHexString(id) + " " + instance.getJavaClass().getName() + " "
                + instance.getRetainedSize() + " " + instance.getSize() + " " + pathLength(instance) + " 0x"
                + Long.toHexString(immediateDominator(heap, id)));
    }

    /** Instances on the way from a root, the instance itself included; 0 when there is none. */
    private static int pathLength(Instance instance) {
        int length = 1;
        Instance at = instance;
        while (!at.isGCRoot()) {
            at = at.getNearestGCRootPointer();
            if (at == null) return 0;
            length++;
        }
        return length;
    }

    /** The library has them for its retained sizes, without telling. */
    private static long immediateDominator(Heap heap, long id) throws Exception {
        Field field = heap.getClass().getDeclaredField("domTree");
        field.setAccessible(true);
        Object tree = field.get(heap);
        Method method = tree.getClass().getDeclaredMethod("getIdomId", long.class);
        method.setAccessible(true);
        return (Long) method.invoke(tree, id);
    }

    private static void printThreads(Heap heap) {
        for (GCRoot root : heap.getGCRoots()) {
            if (!(root instanceof ThreadObjectGCRoot)) continue;
            Instance thread = root.getInstance();
            if (thread == null) continue;
            System.out.println("thread 0x" + Long.toHexString(thread.getInstanceId()));
            StackTraceElement[] frames = ((ThreadObjectGCRoot) root).getStackTrace();
            if (frames != null) for (StackTraceElement frame : frames) System.out.println("    " + frame);
            for (GCRoot local : heap.getGCRoots()) {
                if (!(local instanceof JavaFrameGCRoot)) continue;
                JavaFrameGCRoot held = (JavaFrameGCRoot) local;
                if (held.getThreadGCRoot() != root || held.getInstance() == null) continue;
                System.out.println("  local " + held.getFrameNumber() + " 0x" + Long.toHexString(held.getInstance().getInstanceId()));
            }
        }
    }
}
