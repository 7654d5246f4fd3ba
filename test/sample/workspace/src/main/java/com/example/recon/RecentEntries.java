package com.example.recon;

import java.util.HashMap;
import java.util.Map;

/** Entries seen lately, so that the same line of two files is matched once. */
final class RecentEntries {
    /** Never trimmed: every entry of every file since the start stays here. */
    private static final Map<String, LedgerEntry> BY_REFERENCE = new HashMap<>();

    private RecentEntries() {}

    static synchronized void remember(LedgerEntry entry) {
        BY_REFERENCE.put(entry.reference(), entry);
    }

    static synchronized int size() {
        return BY_REFERENCE.size();
    }
}
