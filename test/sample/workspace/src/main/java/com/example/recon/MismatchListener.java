package com.example.recon;

/** Told about every entry the ledger does not have. */
interface MismatchListener {
    void mismatch(LedgerEntry entry);
}
