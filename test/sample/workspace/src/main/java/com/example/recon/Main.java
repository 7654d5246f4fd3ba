package com.example.recon;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** Runs the service for a while and writes a heap dump of itself: {@code java … Main recon.hprof}. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        ReconciliationService service = new ReconciliationService();
        List<String> mismatches = new ArrayList<>();
        service.onMismatch(entry -> mismatches.add(entry.reference()));
        for (int file = 0; file < 60; file++) {
            service.reconcile("statement-" + file + ".csv", 250);
        }
        MatchWorker worker = new MatchWorker(service);
        worker.start();
        worker.awaitDepth();
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(arguments[0], true);
        System.out.println(RecentEntries.size() + " entries kept");
    }
}
