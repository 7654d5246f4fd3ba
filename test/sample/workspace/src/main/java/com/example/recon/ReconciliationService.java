package com.example.recon;

import java.util.ArrayList;
import java.util.List;

/** Matches bank statements against the ledger, batch by batch, and tells listeners about what does not match. */
public final class ReconciliationService {
    private final StatementParser parser = new StatementParser();
    private final List<MismatchListener> listeners = new ArrayList<>();
    private final MatchWorker worker = new MatchWorker(this);
    private Batch current;

    /** Entries of one file, with the service they belong to. */
    public final class Batch {
        private final String fileName;
        private final List<LedgerEntry> entries = new ArrayList<>();

        Batch(String fileName) {
            this.fileName = fileName;
        }

        void add(LedgerEntry entry) {
            entries.add(entry);
            RecentEntries.remember(entry);
        }

        int size() {
            return entries.size();
        }

        @Override
        public String toString() {
            return fileName + " of " + ReconciliationService.this.listeners.size() + " listeners";
        }
    }

    public void onMismatch(MismatchListener listener) {
        listeners.add(listener);
    }

    /** Reads one statement file. */
    public int reconcile(String fileName, int lines) {
        Batch batch = new Batch(fileName);
        for (int line = 0; line < lines; line++) {
            batch.add(parser.parse(fileName, line));
        }
        current = batch;
        return batch.size();
    }

    public void startWorker() {
        worker.start();
    }

    void report(LedgerEntry entry) {
        for (MismatchListener listener : listeners) {
            listener.mismatch(entry);
        }
    }

    Batch current() {
        return current;
    }
}
