package verdicts;

/** Every connection adds a shutdown hook and none is removed. */
final class ShutdownHooks {
    private ShutdownHooks() {}

    static final class Connection {
        final byte[] buffer = new byte[6000];

        Connection() {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println(buffer.length), "close connection"));
        }
    }

    static void run() {
        for (int at = 0; at < 3_000; at++) new Connection();
    }
}
