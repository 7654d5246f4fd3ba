import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Says READY after a few collections, then allocates 8 MiB outside the heap for each line it reads, says READY again,
 * and ends at the end of its input. Runs on Java 8 and later.
 */
public class Idle {
    static final List<Object> kept = new ArrayList<Object>();

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < 64; i++) kept.add(new byte[64 * 1024]);
        for (int i = 0; i < 3; i++) System.gc();
        do {
            System.out.println("READY");
            System.out.flush();
        } while (grown(System.in.read()));
    }

    static boolean grown(int read) {
        for (int i = 0; i < 8; i++) kept.add(ByteBuffer.allocateDirect(1 << 20));
        return read >= 0;
    }
}
