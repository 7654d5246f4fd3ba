import java.io.ByteArrayInputStream;
import java.io.File;
import java.net.URL;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Stack;
import java.util.Vector;

/** Objects that the example queries of other heap tools ask about, with figures a test can know. */
public class QueryHeap {
    static final List<Object> kept = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        for (int size : new int[] {3, 6, 12, 16, 20, 40}) {
            Vector<String> vector = new Vector<>();
            for (int i = 0; i < size; i++) vector.add("v" + i);
            kept.add(vector);
        }
        Stack<String> stack = new Stack<>();
        for (int i = 0; i < 7; i++) stack.push("s" + i);
        kept.add(stack);
        for (int size : new int[] {5, 30, 30, 100}) {
            HashMap<String, Object> map = new HashMap<>();
            for (int i = 0; i < size; i++) map.put("k" + i, size % 2 == 0 ? "v" + i : Integer.valueOf(i));
            kept.add(map);
        }
        for (int size : new int[] {2, 12, 12, 60}) {
            ArrayList<Object> list = new ArrayList<>(size * 3);
            for (int i = 0; i < size; i++) list.add("e" + i);
            kept.add(list);
        }
        for (int length : new int[] {3, 3, 255, 256, 1000}) {
            int[] numbers = new int[length];
            for (int i = 0; i < length; i++) numbers[i] = i * 7 - 1;
            kept.add(numbers);
        }
        char[] characters = new char[70_000];
        java.util.Arrays.fill(characters, 'x');
        kept.add(characters);
        kept.add("text of a char array".toCharArray());
        kept.add(new String[50]);
        kept.add("x".repeat(600));
        kept.add("https://localhost:8080/java/" + "y".repeat(100));
        kept.add(new URL("http://localhost:8080/index"));
        kept.add(new URL("https://example.org/a?b#c"));
        kept.add(new File("/var/data/orders.csv"));
        kept.add(new File("relative.txt"));
        for (int size : new int[] {16, 64 * 1024}) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(size);
            buffer.limit(size / 2).position(4);
            kept.add(buffer);
        }
        kept.add(new ByteArrayInputStream(new byte[10]));
        kept.add(new java.net.URLClassLoader(new URL[0]));
        System.gc();
        System.out.println("READY");
        System.in.read();
    }
}
