package com.example.recon;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Matches entries by halving the batch, so that its stack is deep while it waits. */
final class MatchWorker extends Thread {
    private final ReconciliationService service;
    private final CountDownLatch ready = new CountDownLatch(1);

    MatchWorker(ReconciliationService service) {
        super("match-worker");
        this.service = service;
        setDaemon(true);
    }

    void awaitDepth() throws InterruptedException {
        ready.await();
    }

    @Override
    public void run() {
        List<String> unmatched = new ArrayList<>();
        match(unmatched, 0);
    }

    private void match(List<String> unmatched, int depth) {
        String note = "left at depth " + depth;
        unmatched.add(note);
        if (depth < 40) {
            match(unmatched, depth + 1);
            return;
        }
        waitForLedger(service.toString());
    }

    private synchronized void waitForLedger(String reason) {
        ready.countDown();
        try {
            while (true) {
                wait(60_000);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
