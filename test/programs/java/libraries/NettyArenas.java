import com.sun.management.HotSpotDiagnosticMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Deque;

/** Replies wait in buffers of Netty's pool: kept (`kept`), forgotten without a release (`dropped`), or released. */
public final class NettyArenas {
    static final class ReplyWriter {
        private final Deque<ByteBuf> waiting = new ArrayDeque<>();

        void reply(int number, String mode) {
            ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(100 * 1024);
            buffer.writeInt(number);
            if (mode.equals("kept")) waiting.add(buffer);
            else if (mode.equals("released")) buffer.release();
        }
    }

    private static final ReplyWriter writer = new ReplyWriter();

    public static void main(String[] arguments) throws Exception {
        for (int i = 0; i < 300; i++) writer.reply(i, arguments[0]);
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(arguments[1], true);
        // Some of Netty's threads may still run.
        Runtime.getRuntime().halt(0);
    }
}
