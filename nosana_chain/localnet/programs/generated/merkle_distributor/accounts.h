/* Generated from idl/merkle_distributor.json by scripts/build-programs. */
#pragma once

typedef struct {
    Account info;
    u64 discriminator;
    Pubkey claimant;
    u64 locked_amount;
    u64 locked_amount_withdrawn;
    u64 unlocked_amount;
    u64 unlocked_amount_claimed;
    bool closable;
    Pubkey distributor;
} PACKED ClaimStatus;

constexpr AccountType ClaimStatus_type = {
    .check = PROGRAM_ACCOUNT,
    .address = DISTRIBUTOR_PROGRAM,
    .discriminator = 0x60965ff79df9b716,
    .shape = {{64, BOOL, 32}},
    .space = 112,
};

typedef struct {
    Account info;
    u64 discriminator;
    u8 bump;
    u64 version;
    Bytes32 root;
    Pubkey mint;
    Pubkey token_vault;
    u64 max_total_claim;
    u64 max_num_nodes;
    u64 total_amount_claimed;
    u64 total_amount_forgone;
    u64 num_nodes_claimed;
    i64 start_ts;
    i64 end_ts;
    i64 clawback_start_ts;
    Pubkey clawback_receiver;
    Pubkey admin;
    bool clawed_back;
    u64 enable_slot;
    bool closable;
    Bytes32 buffer0;
    Bytes32 buffer1;
    Bytes32 buffer2;
} PACKED MerkleDistributor;

constexpr AccountType MerkleDistributor_type = {
    .check = PROGRAM_ACCOUNT,
    .address = DISTRIBUTOR_PROGRAM,
    .discriminator = 0x1a0cf754468b774d,
    .shape = {{233, BOOL, 8, BOOL, 96}},
    .space = 352,
};
