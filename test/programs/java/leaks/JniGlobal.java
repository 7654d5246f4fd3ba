package leaks;

/** Native code takes a global reference to every frame it is shown; the healthy twin gives it back. */
public final class JniGlobal {
    static native long hold(Object object);

    static native void release(long reference);

    static final class VideoFrame {
        final byte[] pixels = new byte[64 * 1024];
    }

    static void run(boolean leak) {
        System.load(System.getProperty("leaks.library"));
        for (int i = 0; i < 120; i++) {
            long reference = hold(new VideoFrame());
            if (!leak) release(reference);
        }
    }

    public static void main(String[] arguments) throws Exception {
        run(arguments[0].equals("leak"));
        Dump.write(arguments[1]);
    }
}
