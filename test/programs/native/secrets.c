/* Holds made-up secrets in the ways native programs hold them, on several threads, and dies. Nothing here opens anything. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct account {
    struct account *next;
    char *password;
    long card;
    char note[40];
};

static char global_note[96];
static struct account *accounts;
static volatile int waiting;

/* Joined at run time: none of them is a constant of the program as it is held. */
static char *join(const char *first, const char *second, const char *third) {
    char *joined = malloc(strlen(first) + strlen(second) + strlen(third) + 1);
    strcpy(joined, first);
    strcat(joined, second);
    strcat(joined, third);
    return joined;
}

static void wide(char *into, const char *text) {
    do {
        *into++ = *text;
        *into++ = 0;
    } while (*text++);
}

static int charge(struct account *account, int depth) {
    char order[64];
    snprintf(order, sizeof order, "card %s%s", "401288888", "8881881");
    if (depth > 0) return charge(account, depth - 1) + (int)strlen(order);
    while (waiting < 2) usleep(1000);
    usleep(20000);
    abort();
    return order[0];
}

static void *serve(void *argument) {
    char token[80];
    snprintf(token, sizeof token, "Authorization: Bearer %s%s", "mF9x4B5f1q2J", "qMTz0sKpLw");
    __sync_fetch_and_add(&waiting, 1);
    for (;;) pause();
    return token + (long)argument;
}

int main(void) {
    for (int k = 0; k < 200; k++) {
        struct account *account = malloc(sizeof *account);
        account->next = accounts;
        account->password = join("password=", "Hunter", "2secret");
        account->card = 4111111111111111;
        snprintf(account->note, sizeof account->note, "ada.lovelace%d@mail.%s", k, "example.org");
        accounts = account;
    }
    snprintf(global_note, sizeof global_note, "postgres://app:%s%s@db.example.org/shop", "Tr0ub", "4dor");
    char *utf16 = malloc(120);
    wide(utf16, join("{\"apiKey\":", "\"Wide88", "Key\"}"));
    char *freed = join("-----BEGIN RSA PRIVATE", " KEY-----\nMIIEowIBAAKCAQEA7vQ2yX5Y0zqk", "\n-----END RSA PRIVATE KEY-----\n");
    char *large = malloc(300000);
    memset(large, 0, 300000);
    strcpy(large + 200000, freed);
    free(freed);
    pthread_t threads[2];
    for (long k = 0; k < 2; k++) pthread_create(&threads[k], NULL, serve, (void *)k);
    return charge(accounts, 3);
}
