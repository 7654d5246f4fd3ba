// Settles a day's bookings (made up), and dies of one that names no account.
#include <stdio.h>

struct account {
  const char *owner;
  long balance;
};

struct booking {
  const char *reference;
  struct account *account;
  long amount;
};

static void post(struct booking *booking) {
  booking->account->balance += booking->amount;
  printf("%s: %ld\n", booking->reference, booking->account->balance);
}

static void settle(struct booking *day, int count) {
  for (int at = 0; at < count; at++) post(&day[at]);
}

int main(void) {
  struct account rent = {"Rent", 120000}, salary = {"Salary", 310000};
  struct booking day[] = {
      {"R-2041", &rent, -85000},
      {"S-1187", &salary, 310000},
      {"X-0003", NULL, 4200},
  };
  settle(day, 3);
  return 0;
}
