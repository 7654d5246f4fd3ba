package unseen;

import java.util.ArrayList;
import java.util.List;

/** Addresses loaded once. The names of towns and streets are equal strings over and over: a waste, but nothing grows. */
class Signposts {
    static class Address {
        String town;
        String street;
        String country;
        int number;
    }

    static final List<Address> ALL = new ArrayList<>(90_000);

    static void run() {
        for (int at = 0; at < 90_000; at++) {
            Address address = new Address();
            address.town = new StringBuilder("Town of Lower Mill ").append(at % 60).toString();
            address.street = new StringBuilder("Long Winding Street ").append(at % 300).toString();
            address.country = new StringBuilder("Kingdom of Here and There").toString();
            address.number = at % 150;
            ALL.add(address);
        }
    }
}
