package heldout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** "Download all": the invoices of a year go into a zip, and the zip into memory, because the browser wants to know its length. */
public class InvoiceArchive {
    private final Random printer = new Random(7);

    byte[] downloadAll(int invoices) throws IOException {
        ByteArrayOutputStream download = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(download)) {
            for (int number = 1; number <= invoices; number++) {
                byte[] pdf = pdf(number); // wanted
                zip.putNextEntry(new ZipEntry("invoice-" + number + ".pdf")); // wanted
                zip.write(pdf); // wanted
                zip.closeEntry(); // wanted
            }
        }
        return download.toByteArray();
    }

    private byte[] pdf(int number) {
        byte[] pages = new byte[20_000 + number % 5_000];
        printer.nextBytes(pages);
        return pages;
    }

    static void run() throws IOException {
        System.out.println(new InvoiceArchive().downloadAll(100_000).length);
    }
}
