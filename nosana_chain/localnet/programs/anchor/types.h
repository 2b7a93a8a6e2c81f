/* Numbers, keys, and an account as the runtime hands it over. */
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int i32;
typedef long long i64;
typedef unsigned __int128 u128;

#define PACKED __attribute__((packed))
#define INLINE static inline __attribute__((always_inline))
#define NOINLINE static __attribute__((noinline))

constexpr u64 U64_MAX = ~0ULL;
constexpr u128 U128_MAX = ~(u128)0;

typedef struct {
    u64 words[4];
} PACKED Bytes32;

typedef Bytes32 Pubkey;

/* The head of an account in the runtime's input buffer; its data follows. Typed accounts (JobAccount, TokenAccount,
 * ...) begin with it and go on with the fields of the data: they are views of the buffer, nothing is copied. */
typedef struct {
    u8 duplicate_of; /* index of the account that this one repeats; 255 for none */
    bool is_signer;
    bool is_writable;
    bool is_executable;
    u32 original_data_len;
    Pubkey key;
    Pubkey owner;
    u64 lamports;
    u64 data_len;
} Account;

INLINE u8 *data_of(Account *account) { return (u8 *)(account + 1); }

/* A constant key as 32 bytes of .rodata, not as the operands of instructions: the local network puts another key over
 * those bytes where the real one is an admin's that nobody has there. */
INLINE const Pubkey *stored(const Pubkey *key) {
    __asm__("" : "+r"(key));
    return key;
}

INLINE bool same(const Bytes32 *a, const Bytes32 *b) {
    return a->words[0] == b->words[0] && a->words[1] == b->words[1] && a->words[2] == b->words[2] &&
           a->words[3] == b->words[3];
}

INLINE bool is_zero(const Bytes32 *bytes) {
    return (bytes->words[0] | bytes->words[1] | bytes->words[2] | bytes->words[3]) == 0;
}
