package org.graalvm.visualvm.lib.jfluid.heap;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Asks VisualVM's heap library. Lines of standard input are {@code DUMP ID,ID…}; for each id a line
 * {@code ID class retained shallow path dominator} (instances from a root to it; id of its immediate dominator, 0 for
 * none), for {@code threads} in place of ids the stacks of the dump with the ids of their locals. It is in the library's
 * package, since that keeps its dominators to itself.
 */
public final class VisualVmRetained {
    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] parts = line.trim().split(" ");
            Heap heap = HeapFactory.createHeap(new File(parts[0]));
            System.out.println("dump " + parts[0]);
            if (parts[1].equals("threads")) printThreads(heap);
            else {
                String[] ids = parts[1].split(",");
                Retained retained = new Retained((HprofHeap) heap, ids);
                for (String id : ids) print(heap, retained, Long.decode(id));
            }
        }
    }

    private static void print(Heap heap, Retained retained, long id) {
        Instance instance = heap.getInstanceByID(id);
        if (instance == null) {
            System.out.println("0x" + Long.toHexString(id) + " absent");
            return;
        }
        System.out.println("0x" + Long.toHexString(id) + " " + instance.getJavaClass().getName() + " "
                + retained.sizeOf(id) + " " + instance.getSize() + " " + pathLength(instance) + " 0x"
                + Long.toHexString(retained.dominatorOf(id)));
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

    /**
     * Retained sizes from the library's dominators and its sizes of trees. The library adds each object to every one
     * above it, half a minute for a queue of 20,000; here each is added once, to the next above it that is asked for.
     */
    private static final class Retained {
        private final HprofHeap heap;
        private final DominatorTree dominators;
        /** Of what is asked for: the bytes with no other that is asked for in between, then all of them. */
        private final Map<Long, Long> sizes = new HashMap<>();
        /** The next object up from one, itself included, that is asked for; 0 when there is none. */
        private final Map<Long, Long> nearest = new HashMap<>();

        Retained(HprofHeap heap, String[] ids) throws Exception {
            this.heap = heap;
            NearestGCRoot roots = (NearestGCRoot) field("nearestGCRoot").get(heap);
            new TreeObject(heap, roots.getLeaves()).computeTrees();
            dominators = new DominatorTree(heap, roots.getMultipleParents());
            dominators.computeDominators();
            for (String id : ids) {
                LongMap.Entry entry = heap.idToOffsetMap.get(Long.decode(id));
                if (entry != null) sizes.put(Long.decode(id), Math.max(0, entry.getRetainedSize()));
            }
            for (Iterator<Instance> all = heap.getAllInstancesIterator(); all.hasNext(); ) add(all.next());
            Map<Long, Long> own = new HashMap<>(sizes);
            for (long id : own.keySet())
                if (!isInTree(id)) for (long up = above(id); up != 0; up = above(up)) sizes.merge(up, own.get(id), Long::sum);
        }

        long sizeOf(long id) {
            return sizes.get(id);
        }

        long dominatorOf(long id) {
            return dominators.getIdomId(id, heap.idToOffsetMap.get(id));
        }

        private void add(Instance instance) {
            long id = instance.getInstanceId();
            LongMap.Entry entry = heap.idToOffsetMap.get(id);
            boolean isReached = entry.getNearestGCRootPointer() != 0 || heap.gcRoots.getGCRoots(Long.valueOf(id)) != null;
            long size = entry.isTreeObj() ? entry.getRetainedSize() : isReached ? instance.getSize() : 0;
            long to = sizes.containsKey(id) && !entry.isTreeObj() ? id : above(id);
            if (to != 0) sizes.merge(to, size, Long::sum);
        }

        private long above(long id) {
            return nearestFrom(dominatorOf(id));
        }

        private long nearestFrom(long id) {
            Deque<Long> way = new ArrayDeque<>();
            long at = id;
            // Within a tree nothing is added: what is above it has its size from its top.
            while (at != 0 && !nearest.containsKey(at) && !sizes.containsKey(at) && !isInTree(at)) {
                way.push(at);
                at = dominatorOf(at);
            }
            long found = at == 0 || isInTree(at) ? 0 : nearest.getOrDefault(at, at);
            for (long passed : way) nearest.put(passed, found);
            return found;
        }

        private boolean isInTree(long id) {
            return heap.idToOffsetMap.get(id).isTreeObj();
        }

        private static Field field(String name) throws Exception {
            Field field = HprofHeap.class.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        }
    }
}
