package com.example.recon;

import java.nio.charset.StandardCharsets;

/** Turns lines of a statement into entries. The lines are made up: this is a sample. */
final class StatementParser {
    LedgerEntry parse(String fileName, int line) {
        String reference = fileName + "#" + line;
        String account = "ACC-" + (line * 7919 % 500);
        String original = reference + ";" + account + ";" + line * 31 + ";PAYMENT";
        return new LedgerEntry(reference, account, line * 31L, original.getBytes(StandardCharsets.UTF_8));
    }
}
