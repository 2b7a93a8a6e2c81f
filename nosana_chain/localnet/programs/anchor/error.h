/* Refusals and aborts, with the log lines that Anchor and Rust write. */
#pragma once
#include "syscalls.h"

constexpr u64 OK = 0;

/* `text` is the tail of Anchor's log line: "Name. Error Number: n. Error Message: message." */
typedef struct {
    u64 code;
    char text[];
} Error;

#include "anchor_errors.h"

/* Solana's own errors, returned by the typing of token accounts and mints: no Custom codes. */
static const Error InvalidAccountData = {
    .code = 4ULL << 32,
    .text = "InvalidAccountData. Error Number: 17179869184. "
            "Error Message: An account's data contents was invalid."};
static const Error UninitializedAccount = {
    .code = 10ULL << 32,
    .text = "UninitializedAccount. Error Number: 42949672960. "
            "Error Message: An attempt to operate on an account that hasn't been initialized."};

/* Leaves the function with the error of `expression`, if it has one. */
#define TRY(expression)                   \
    ({                                    \
        const u64 error_ = (expression);  \
        if (error_ != OK) return error_;  \
    })

#define TO_TEXT_(value) #value
#define TO_TEXT(value) TO_TEXT_(value)
#define HERE __FILE__ ":" TO_TEXT(__LINE__)

#define LOG(text) sol_log_(text, sizeof(text) - 1)

/* What Rust does on overflow, division by zero, a failed conversion or an index out of range. */
#define PANIC(message) (LOG("panicked at " HERE ":\n" message), abort())

typedef struct {
    u64 len;
    char text[512];
} LogLine;

static void append(LogLine *line, const char *text) {
    while (*text && line->len < sizeof line->text) line->text[line->len++] = *text++;
}

NOINLINE u64 log_error(const char *form, const char *subject, const Error *error) {
    LogLine line;
    line.len = 0;
    append(&line, error->code >> 32 ? "ProgramError " : "AnchorError ");
    append(&line, form);
    append(&line, subject);
    append(&line, ". Error Code: ");
    append(&line, error->text);
    sol_log_(line.text, line.len);
    return error->code;
}

static u64 caused_by(const char *field, const Error *error) { return log_error("caused by account: ", field, error); }

static u64 occurred(const Error *error) { return log_error("occurred", "", error); }

/* A refusal by a handler; it names its place in the source. */
#define THROW(error) log_error("thrown in ", HERE, &error)

/* A check in a handler. */
#define REQUIRE(condition, error)               \
    ({                                          \
        if (!(condition)) return THROW(error);  \
    })

static void log_keys(const Pubkey *left, const Pubkey *right) {
    LOG("Left:");
    sol_log_pubkey(left);
    LOG("Right:");
    sol_log_pubkey(right);
}

/* For the checks that compare two keys. */
NOINLINE u64 caused_by_keys(const char *field, const Error *error, const Pubkey *left, const Pubkey *right) {
    caused_by(field, error);
    log_keys(left, right);
    return error->code;
}

NOINLINE void log_number(const char *name, i64 value) {
    LogLine line;
    line.len = 0;
    append(&line, name);
    if (value < 0) append(&line, "-");
    u64 rest = value < 0 ? -(u64)value : (u64)value;
    char digits[sizeof "18446744073709551615"];
    u64 first = sizeof digits - 1;
    digits[first] = '\0';
    do {
        digits[--first] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    append(&line, &digits[first]);
    sol_log_(line.text, line.len);
}

/* A check in a handler that compares two numbers. */
#define REQUIRE_COMPARED(condition, error, left, right) \
    ({                                                  \
        if (!(condition)) {                             \
            THROW(error);                               \
            log_number("Left: ", left);                 \
            log_number("Right: ", right);               \
            return error.code;                          \
        }                                               \
    })
