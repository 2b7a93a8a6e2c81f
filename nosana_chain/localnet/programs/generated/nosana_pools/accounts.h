/* Generated from idl/nosana_pools.json by scripts/build-programs. */
#pragma once

typedef struct {
    Account info;
    u64 discriminator;
    Pubkey authority;
    Pubkey beneficiary;
    u8 claim_type;
    u64 claimed_tokens;
    bool closeable;
    u64 emission;
    i64 start_time;
    Pubkey vault;
    u8 vault_bump;
} PACKED PoolAccount;

constexpr AccountType PoolAccount_type = {
    .check = PROGRAM_ACCOUNT,
    .address = POOLS_PROGRAM,
    .discriminator = 0x8934c4c477bbd274,
    .shape = {{73, BOOL, 49}},
    .space = 136,
};
