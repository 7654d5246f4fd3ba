package leaks;

/** Every leak of this folder in one process. */
public final class AllShapes {
    public static void main(String[] arguments) throws Exception {
        boolean leak = arguments[0].equals("leak");
        UnboundedCache.run(leak);
        QueueWithoutConsumer.run(leak);
        RequestKeyedMap.run(leak);
        ListenersNeverRemoved.run(leak);
        ThreadLocalInPool.run(leak);
        ClassLoaderLeak.run(leak);
        JniGlobal.run(leak);
        DirectBuffers.run(leak);
        ThreadLeak.run(leak);
        DuplicateStrings.run(leak);
        FinalizerQueue.run(leak);
        Dump.write(arguments[1]);
        Runtime.getRuntime().halt(0);
    }
}
