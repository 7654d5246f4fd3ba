package verdicts;

/** A report is written into one StringBuilder until memory runs out. */
final class GrowingStringBuilder {
    private GrowingStringBuilder() {}

    static String report() {
        StringBuilder text = new StringBuilder();
        for (int line = 0; ; line++) text.append("line ").append(line).append(" of the report\n"); // wanted
    }

    static void run() throws Exception {
        Thread thread = new Thread(GrowingStringBuilder::report, "report-writer");
        thread.setUncaughtExceptionHandler((who, error) -> Runtime.getRuntime().halt(0));
        thread.start();
        thread.join();
    }
}
