import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Fills the heap with about `args[0]` thousand objects of the kinds applications have, always the same ones: the seed
 * is fixed. Prints READY and waits. Shares: a third maps and strings, a third lists and queues, a third a web of
 * references without order, and some ballast of primitives; `args[1]` more mebibytes of that.
 */
public class HeapMaker {
  static final class Account {
    final long number;
    final String owner;
    Account sponsor;
    final List<Booking> bookings = new ArrayList<>(2);

    Account(long number, String owner) {
      this.number = number;
      this.owner = owner;
    }
  }

  static final class Booking {
    final Account account;
    final long cents;
    final Long reference;

    Booking(Account account, long cents, Long reference) {
      this.account = account;
      this.cents = cents;
      this.reference = reference;
    }
  }

  static final class Place {
    Place near;
    Place far;
    Place random;
    int height;
  }

  static final class Link {
    final Link next;
    final Object value;

    Link(Link next, Object value) {
      this.next = next;
      this.value = value;
    }
  }

  static final Map<String, Account> accounts = new HashMap<>();
  static final TreeMap<Long, Booking> bookings = new TreeMap<>();
  static final ArrayDeque<Object> queue = new ArrayDeque<>();
  static final LinkedList<Object> history = new LinkedList<>();
  static Object[] index;
  static Place[] web;
  static Link chain;
  static final List<Object> ballast = new ArrayList<>();

  private static long state = 0x5DEECE66DL;

  private static int below(int limit) {
    state = state * 6364136223846793005L + 1442695040888963407L;
    return (int) ((state >>> 33) % limit);
  }

  public static void main(String[] args) throws Exception {
    int unit = Integer.parseInt(args[0]) * 1000 / 100;
    List<Account> all = new ArrayList<>();
    for (int k = 0; k < unit * 3; k++) {
      Account account = new Account(k, "owner " + below(unit));
      if (k % 5 != 0) account.sponsor = all.get(below(all.size()));
      all.add(account);
      accounts.put("account-" + k, account);
    }
    for (int k = 0; k < unit * 4; k++) {
      Account account = all.get(below(all.size()));
      Booking booking = new Booking(account, below(1 << 20), (long) k + 1_000);
      account.bookings.add(booking);
      if (k % 4 == 0) bookings.put(booking.reference, booking);
    }
    web = new Place[unit * 30];
    for (int k = 0; k < web.length; k++) web[k] = new Place();
    for (int k = 0; k < web.length; k++) {
      web[k].near = web[Math.max(0, k - 1 - below(50))];
      web[k].random = web[below(web.length)];
      if (k % 3 == 0) web[k].far = web[below(web.length)];
    }
    index = new Object[unit * 8];
    for (int k = 0; k < unit * 8; k++) {
      Object value = new int[] {k};
      chain = new Link(chain, value);
      index[k] = value;
    }
    for (int k = 0; k < unit * 8; k++) {
      history.add(k % 7 == 0 ? "event" : Integer.valueOf(100_000 + k));
      if (k % 16 == 0) queue.add(all.get(below(all.size())));
    }
    for (int k = 0; k < unit / 4; k++) ballast.add(new byte[512 + below(2048)]);
    if (args.length > 1) for (int k = 0; k < Integer.parseInt(args[1]) * 16; k++) ballast.add(new byte[1 << 16]);
    System.gc();
    System.out.println("READY");
    Thread.sleep(Long.MAX_VALUE);
  }
}
