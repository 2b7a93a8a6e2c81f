/* Generated from idl/nosana_rewards.json by scripts/build-programs. */
#pragma once

typedef struct {
    Account info;
    u64 discriminator;
    u128 rate;
    u128 total_reflection;
    u128 total_xnos;
    Pubkey vault;
    u8 vault_bump;
} PACKED ReflectionAccount;

constexpr AccountType ReflectionAccount_type = {
    .check = PROGRAM_ACCOUNT,
    .address = REWARDS_PROGRAM,
    .discriminator = 0xbcdb1aef36a099cd,
    .shape = {{81}},
    .space = 96,
};

typedef struct {
    Account info;
    u64 discriminator;
    Pubkey authority;
    u8 bump;
    u128 reflection;
    u128 xnos;
} PACKED RewardAccount;

constexpr AccountType RewardAccount_type = {
    .check = PROGRAM_ACCOUNT,
    .address = REWARDS_PROGRAM,
    .discriminator = 0x81abea54fd1f51e1,
    .shape = {{65}},
    .space = 80,
};
