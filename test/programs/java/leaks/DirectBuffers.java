package leaks;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** Leased buffers are never given back, each worth 1 MiB outside the heap; the healthy twin reuses one. */
public final class DirectBuffers {
    static final class BufferPool {
        private final Deque<ByteBuffer> leased = new ArrayDeque<>();

        void lease() {
            leased.add(ByteBuffer.allocateDirect(1 << 20));
        }

        void giveBack() {
            leased.removeLast();
        }
    }

    private static BufferPool bufferPool;

    static void run(boolean leak) {
        bufferPool = new BufferPool();
        for (int i = 0; i < 40; i++) {
            bufferPool.lease();
            if (!leak) bufferPool.giveBack();
        }
    }

    public static void main(String[] arguments) throws Exception {
        run(arguments[0].equals("leak"));
        Dump.write(arguments[1]);
    }
}
