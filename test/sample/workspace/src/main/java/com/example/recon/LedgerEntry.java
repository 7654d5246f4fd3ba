package com.example.recon;

/** One line of a statement as the ledger knows it. */
final class LedgerEntry {
    private final String reference;
    private final String account;
    private final long amountInCents;
    private final byte[] original;

    LedgerEntry(String reference, String account, long amountInCents, byte[] original) {
        this.reference = reference;
        this.account = account;
        this.amountInCents = amountInCents;
        this.original = original;
    }

    String reference() {
        return reference;
    }

    String account() {
        return account;
    }

    long amountInCents() {
        return amountInCents;
    }

    int originalLength() {
        return original.length;
    }
}
