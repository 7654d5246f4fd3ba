package verdicts;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A pool of free buffers: what is taken comes back. In good health. */
final class FreeBuffers {
    private FreeBuffers() {}

    static final Queue<byte[]> BUFFER_POOL = new ConcurrentLinkedQueue<>();

    static void run() {
        for (int at = 0; at < 300; at++) BUFFER_POOL.add(new byte[64 * 1024]);
        for (int use = 0; use < 5_000; use++) {
            byte[] buffer = BUFFER_POOL.poll();
            buffer[use & 1023]++;
            BUFFER_POOL.add(buffer);
        }
    }
}
