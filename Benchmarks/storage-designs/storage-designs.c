/*
 * storage-designs [USERS]
 *
 * Writes the same snapshot (default: 1,000,000 rows) into SQLite in each design that was considered for it,
 * in one transaction as a first sync does, and reads it back in R4's order as an export does. Prints wall
 * time, processor time and the size of the file. README.md beside this file has the results and the choice.
 *
 *   wide      a row as it was first stored: text for codes, both halves of the key as text, reason in columns
 *   narrow    integers for codes, the place in the order as the row's number, nothing that can be derived
 *   packed N  the columns of N rows as one value, and the place of each objectGUID in sorted parts
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SHOWN = 7, PART = 4096 };

/* The texts of a row: login, mail, userPrincipalName, givenName, sn, employeeID, distinguishedName. */
typedef struct {
    char text[SHOWN][64];
    unsigned char guid[16];
    int32_t user, codes;
} Row;

typedef struct {
    uint64_t guid;
    uint32_t batch;
} Place;

static Row *rows;
static int row_count = 1000000;
static sqlite3 *database;
static int64_t checksum;

static void check(int code) {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    fprintf(stderr, "storage-designs: %s\n", sqlite3_errmsg(database));
    exit(1);
}

static void run(const char *sql) { check(sqlite3_exec(database, sql, NULL, NULL, NULL)); }

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v2(database, sql, -1, &statement, NULL));
    return statement;
}

static void insert(sqlite3_stmt *statement) {
    check(sqlite3_step(statement));
    check(sqlite3_reset(statement));
}

static void make_rows(void) {
    uint64_t state = 7;
    rows = calloc(row_count, sizeof *rows);
    if (!rows) exit(1);
    for (int i = 0; i < row_count; i++) {
        Row *row = &rows[i];
        sprintf(row->text[0], "user%07d", i);
        sprintf(row->text[1], "User.%07d@Corp.example.com", i);
        sprintf(row->text[2], "user%07d@corp.example.com", i);
        strcpy(row->text[3], i % 10 ? "Anna" : "Müller");
        sprintf(row->text[4], "Surname%d", i);
        sprintf(row->text[5], "E%07d", i);
        sprintf(row->text[6], "cn=User %d,ou=Staff%d,dc=corp,dc=example,dc=com", i, i % 10);
        for (int half = 0; half < 2; half++) {
            state ^= state << 13, state ^= state >> 7, state ^= state << 17;
            memcpy(row->guid + 8 * half, &state, 8);
        }
        row->user = (int32_t)(state % (uint64_t)row_count);
        row->codes = i % 10;
    }
}

static double wall_time(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static double processor_time(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void store_wide(int unused) {
    (void)unused;
    run("CREATE TABLE snapshot (domain_key TEXT NOT NULL, login_key TEXT NOT NULL, row_id BLOB NOT NULL, login TEXT,"
        " mail TEXT, state TEXT NOT NULL, domain TEXT NOT NULL, user_id INTEGER, flags INTEGER NOT NULL, upn TEXT,"
        " first_name TEXT, last_name TEXT, employee_id TEXT, distinguished_name TEXT, more TEXT, reason_code TEXT,"
        " reason_value TEXT, PRIMARY KEY (domain_key, login_key, row_id)) WITHOUT ROWID; BEGIN IMMEDIATE");
    sqlite3_stmt *statement = prepare("INSERT INTO snapshot VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,NULL,NULL,NULL)");
    for (int i = 0; i < row_count; i++) {
        Row *row = &rows[i];
        const char *texts[] = {"corp", row->text[0], NULL, row->text[0], row->text[1], "linked", "CORP", NULL, NULL,
                               row->text[2], row->text[3], row->text[4], row->text[5], row->text[6]};
        for (int column = 0; column < 14; column++)
            if (texts[column]) sqlite3_bind_text(statement, column + 1, texts[column], -1, SQLITE_STATIC);
        sqlite3_bind_blob(statement, 3, row->guid, 16, SQLITE_STATIC);
        sqlite3_bind_int(statement, 8, row->user);
        sqlite3_bind_int(statement, 9, row->codes);
        insert(statement);
    }
    sqlite3_finalize(statement);
    run("CREATE INDEX by_row_id ON snapshot (row_id); COMMIT");
}

static void store_narrow(int unused) {
    (void)unused;
    run("CREATE TABLE snapshot (place INTEGER PRIMARY KEY, row_id BLOB NOT NULL, codes INTEGER NOT NULL, user_id INTEGER,"
        " login TEXT, mail TEXT, upn TEXT, first_name TEXT, last_name TEXT, employee_id TEXT, distinguished_name TEXT,"
        " more TEXT, reason BLOB); BEGIN IMMEDIATE");
    sqlite3_stmt *statement = prepare("INSERT INTO snapshot VALUES (?,?,?,?,?,?,?,?,?,?,?,NULL,NULL)");
    for (int i = 0; i < row_count; i++) {
        Row *row = &rows[i];
        sqlite3_bind_int64(statement, 1, (int64_t)i << 20); /* room for rows that come between */
        sqlite3_bind_blob(statement, 2, row->guid, 16, SQLITE_STATIC);
        sqlite3_bind_int(statement, 3, row->codes);
        sqlite3_bind_int(statement, 4, row->user);
        for (int text = 0; text < SHOWN; text++)
            sqlite3_bind_text(statement, 5 + text, row->text[text], -1, SQLITE_STATIC);
        insert(statement);
    }
    sqlite3_finalize(statement);
    run("CREATE INDEX by_row_id ON snapshot (row_id); COMMIT");
}

static int compare_places(const void *left, const void *right) {
    uint64_t one = ((const Place *)left)->guid, other = ((const Place *)right)->guid;
    return one < other ? -1 : one > other;
}

/* The columns of some rows, one after the other; of text, where each value ends, then the bytes. */
static size_t pack(const Row *first, int count, char *output) {
    char *end = output;
    for (int i = 0; i < count; i++, end += 16) memcpy(end, first[i].guid, 16);
    for (int i = 0; i < count; i++, end += 8) memcpy(end, &first[i].user, 8);
    for (int text = 0; text < SHOWN; text++) {
        uint32_t *ends = (uint32_t *)end;
        end += sizeof *ends * count;
        for (int i = 0; i < count; i++) {
            size_t length = strlen(first[i].text[text]);
            memcpy(end, first[i].text[text], length);
            end += length;
            uint32_t offset = (uint32_t)(end - output);
            memcpy(&ends[i], &offset, sizeof offset);
        }
    }
    return end - output;
}

static void store_packed(int batch_size) {
    run("CREATE TABLE snapshot (batch INTEGER PRIMARY KEY, first_key BLOB NOT NULL, row_count INTEGER NOT NULL,"
        " digest INTEGER NOT NULL, rows BLOB NOT NULL);"
        "CREATE TABLE places (part INTEGER PRIMARY KEY, guids BLOB NOT NULL); BEGIN IMMEDIATE");
    char *bytes = malloc(batch_size * (sizeof(Row) + 4 * SHOWN));
    Place *places = malloc(row_count * sizeof *places);
    if (!bytes || !places) exit(1);
    sqlite3_stmt *statement = prepare("INSERT INTO snapshot VALUES (?,?,?,?,?)");
    for (int start = 0; start < row_count; start += batch_size) {
        int count = row_count - start < batch_size ? row_count - start : batch_size;
        size_t length = pack(&rows[start], count, bytes);
        uint64_t digest = 1469598103934665603u;
        for (size_t i = 0; i + 8 <= length; i += 8) {
            uint64_t word;
            memcpy(&word, bytes + i, 8);
            digest = (digest ^ word) * 1099511628211u;
            digest ^= digest >> 29;
        }
        for (int i = 0; i < count; i++) {
            memcpy(&places[start + i].guid, rows[start + i].guid, 8);
            places[start + i].batch = start / batch_size;
        }
        sqlite3_bind_int(statement, 1, start / batch_size);
        sqlite3_bind_text(statement, 2, rows[start].text[0], -1, SQLITE_STATIC);
        sqlite3_bind_int(statement, 3, count);
        sqlite3_bind_int64(statement, 4, (int64_t)digest);
        sqlite3_bind_blob(statement, 5, bytes, (int)length, SQLITE_STATIC);
        insert(statement);
    }
    sqlite3_finalize(statement);
    qsort(places, row_count, sizeof *places, compare_places);
    statement = prepare("INSERT INTO places VALUES (?,?)");
    for (int start = 0; start < row_count; start += PART) {
        int count = row_count - start < PART ? row_count - start : PART;
        sqlite3_bind_int(statement, 1, start / PART);
        sqlite3_bind_blob(statement, 2, &places[start], count * (int)sizeof *places, SQLITE_STATIC);
        insert(statement);
    }
    sqlite3_finalize(statement);
    free(places);
    free(bytes);
    run("COMMIT");
}

/* Looks at every byte of every row in order. */
static void scan(void) {
    sqlite3_stmt *statement = prepare("SELECT * FROM snapshot");
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int column = 0; column < sqlite3_column_count(statement); column++) {
            const unsigned char *bytes = sqlite3_column_blob(statement, column);
            int length = sqlite3_column_bytes(statement, column);
            for (int i = 0; i < length; i++) checksum += bytes[i];
        }
    }
    sqlite3_finalize(statement);
}

static void measure(const char *folder, const char *name, void (*store)(int), int batch_size) {
    char path[4096];
    struct stat status;
    snprintf(path, sizeof path, "%s/store.sqlite", folder);
    check(sqlite3_open(path, &database));
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536");
    double wall = wall_time(), processor = processor_time();
    store(batch_size);
    run("PRAGMA wal_checkpoint(TRUNCATE)");
    printf("%-12s write %6.2f s wall %5.2f s processor,", name, wall_time() - wall, processor_time() - processor);
    wall = wall_time(), processor = processor_time();
    scan();
    stat(path, &status);
    printf(" read %5.2f s wall %5.2f s processor, %4.0f MB\n", wall_time() - wall, processor_time() - processor,
           status.st_size / 1e6);
    fflush(stdout);
    sqlite3_close(database);
    unlink(path);
}

int main(int argc, char **argv) {
    char folder[] = "/tmp/storage-designs-XXXXXX";
    if (argc > 1) row_count = atoi(argv[1]);
    if (row_count < 1 || !mkdtemp(folder)) return 64;
    make_rows();
    for (int round = 0; round < 3; round++) {
        measure(folder, "wide", store_wide, 0);
        measure(folder, "narrow", store_narrow, 0);
        measure(folder, "packed 256", store_packed, 256);
        measure(folder, "packed 4096", store_packed, 4096);
    }
    rmdir(folder);
    fprintf(stderr, "checksum %lld\n", (long long)checksum);
    return 0;
}
