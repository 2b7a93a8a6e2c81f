/* Generated from idl/nosana_jobs.json by scripts/build-programs. */
#pragma once

typedef struct {
    Account info;
    u64 discriminator;
    Pubkey authority;
    i64 job_expiration;
    u64 job_price;
    i64 job_timeout;
    u8 job_type;
    Pubkey vault;
    u8 vault_bump;
    Pubkey node_access_key;
    u128 node_xnos_minimum;
    u8 queue_type;
    u32 queue_len; Pubkey queue[];
} PACKED MarketAccount;

constexpr AccountType MarketAccount_type = {
    .check = PROGRAM_ACCOUNT,
    .address = JOBS_PROGRAM,
    .discriminator = 0xfbc9c6f0e1bb4ec9,
    .shape = {{139, LIST}},
    .space = 176,
};

typedef struct {
    Account info;
    u64 discriminator;
    Bytes32 ipfs_job;
    Bytes32 ipfs_result;
    Pubkey market;
    Pubkey node;
    Pubkey payer;
    u64 price;
    Pubkey project;
    u8 state;
    i64 time_end;
    i64 time_start;
    i64 timeout;
} PACKED JobAccount;

constexpr AccountType JobAccount_type = {
    .check = PROGRAM_ACCOUNT,
    .address = JOBS_PROGRAM,
    .discriminator = 0x417dd22d05a2105b,
    .shape = {{225}},
    .space = 240,
};

typedef struct {
    Account info;
    u64 discriminator;
    Pubkey job;
    Pubkey node;
    Pubkey payer;
    u8 state;
    i64 time;
} PACKED RunAccount;

constexpr AccountType RunAccount_type = {
    .check = PROGRAM_ACCOUNT,
    .address = JOBS_PROGRAM,
    .discriminator = 0x16e10bebe66ea9c2,
    .shape = {{105}},
    .space = 120,
};
