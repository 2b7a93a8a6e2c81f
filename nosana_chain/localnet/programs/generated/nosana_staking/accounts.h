/* Generated from idl/nosana_staking.json by scripts/build-programs. */
#pragma once

typedef struct {
    Account info;
    u64 discriminator;
    Pubkey authority;
    Pubkey token_account;
} PACKED SettingsAccount;

constexpr AccountType SettingsAccount_type = {
    .check = PROGRAM_ACCOUNT,
    .address = STAKING_PROGRAM,
    .discriminator = 0x3a73ed4c9bcb593f,
    .shape = {{64}},
    .space = 72,
};

typedef struct {
    Account info;
    u64 discriminator;
    u64 amount;
    Pubkey authority;
    u64 duration;
    i64 time_unstake;
    Pubkey vault;
    u8 vault_bump;
    u128 xnos;
} PACKED StakeAccount;

constexpr AccountType StakeAccount_type = {
    .check = PROGRAM_ACCOUNT,
    .address = STAKING_PROGRAM,
    .discriminator = 0xffc0bd327c439e50,
    .shape = {{105}},
    .space = 120,
};
