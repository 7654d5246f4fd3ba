package fresh;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/** The run of the month: sixty thousand lines of a CSV file become invoices in a list, which fits well. It is in the middle of that. */
public class Invoices {
    static final class Invoice {
        final String customer;
        final long cents;
        final String text;

        Invoice(CSVRecord row) {
            customer = row.get(0);
            cents = Long.parseLong(row.get(1));
            text = row.get(2);
        }
    }

    private static final Semaphore permits = new Semaphore(45);
    private static volatile int gathered;

    static void month() {
        try {
            List<Invoice> invoices = new ArrayList<>(60_000);
            for (CSVRecord row : CSVFormat.DEFAULT.parse(Load.file(60_000, at -> "customer " + at + "," + at * 13 + ",to be paid in fourteen days"))) {
                if (invoices.size() % 1_000 == 0) permits.tryAcquire(5, TimeUnit.MINUTES);
                invoices.add(new Invoice(row));
                gathered = invoices.size();
            }
            System.out.println(invoices.stream().mapToLong(invoice -> invoice.cents).sum());
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    static void run() throws Exception {
        Thread batch = new Thread(Invoices::month, "invoice-run");
        batch.setDaemon(true);
        batch.start();
        while (gathered < 45_000) Thread.sleep(20);
    }
}
