package judged;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a client was to be told stays in direct buffers of Netty, because the client never reads. */
final class Outbox {
    private Outbox() {}

    static final class Client {
        private final Deque<ByteBuf> words = new ArrayDeque<>();

        void tell(int bytes) {
            words.add(PooledByteBufAllocator.DEFAULT.directBuffer(bytes).writeZero(bytes));
        }
    }

    static final Client CLIENT = new Client();

    static void run() {
        for (int at = 0; at < 500; at++) CLIENT.tell(60_000);
    }
}
