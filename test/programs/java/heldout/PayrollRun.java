package heldout;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/** The batch at the end of the month: it has read the employees, forty thousand, and is paying them one after the other. */
public class PayrollRun {
    record Employee(int number, String name, Money gross, Money bonus) {}

    private final CountDownLatch third = new CountDownLatch(1);
    private Money paid = Money.zero(CurrencyUnit.EUR);

    private void pay() {
        List<Employee> employees = employees();
        int done = 0;
        for (Employee employee : employees) {
            paid = paid.plus(net(employee));
            if (++done % 100 == 0) transfer();
            if (done == employees.size() / 3) third.countDown();
        }
    }

    private static List<Employee> employees() {
        List<Employee> employees = new ArrayList<>();
        for (int number = 0; number < 40_000; number++)
            employees.add(new Employee(number, "Employee " + number, Money.ofMinor(CurrencyUnit.EUR, 250_000 + number), Money.ofMinor(CurrencyUnit.EUR, number % 900)));
        return employees;
    }

    private static Money net(Employee employee) {
        return employee.gross().plus(employee.bonus()).multipliedBy(new BigDecimal("0.63"), RoundingMode.HALF_EVEN);
    }

    /** A hundred payments are a file for the bank. */
    private static void transfer() {
        try {
            Thread.sleep(15);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    static void run() throws Exception {
        PayrollRun month = new PayrollRun();
        Thread batch = new Thread(month::pay, "payroll-batch");
        batch.setDaemon(true);
        batch.start();
        month.third.await();
    }
}
