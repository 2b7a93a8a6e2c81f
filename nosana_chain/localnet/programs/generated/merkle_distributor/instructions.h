/* Generated from idl/merkle_distributor.json by scripts/build-programs. */
#pragma once

constexpr u64 distributor_new_distributor_discriminator = 0x9be10200ab708b20;
typedef struct {
    u64 version;
    Bytes32 root;
    u64 max_total_claim;
    u64 max_num_nodes;
    i64 start_vesting_ts;
    i64 end_vesting_ts;
    i64 clawback_start_ts;
    u64 enable_slot;
    bool closable;
} PACKED distributor_new_distributor_args;
constexpr Shape distributor_new_distributor_shape = {{88, BOOL}};
enum { distributor_new_distributor_distributor, distributor_new_distributor_clawback_receiver, distributor_new_distributor_mint, distributor_new_distributor_token_vault, distributor_new_distributor_admin, distributor_new_distributor_system_program, distributor_new_distributor_associated_token_program, distributor_new_distributor_token_program, distributor_new_distributor_accounts };
constexpr u64 distributor_new_distributor_writable = 0b10011;
constexpr u64 distributor_new_distributor_signers = 0b10000;

constexpr u64 distributor_close_distributor_discriminator = 0x706a682e8fb438ca;
typedef struct {
} PACKED distributor_close_distributor_args;
constexpr Shape distributor_close_distributor_shape = {{}};
enum { distributor_close_distributor_distributor, distributor_close_distributor_token_vault, distributor_close_distributor_admin, distributor_close_distributor_destination_token_account, distributor_close_distributor_token_program, distributor_close_distributor_accounts };
constexpr u64 distributor_close_distributor_writable = 0b1111;
constexpr u64 distributor_close_distributor_signers = 0b100;

constexpr u64 distributor_close_claim_status_discriminator = 0xb911bcf5a5bfd6a3;
typedef struct {
} PACKED distributor_close_claim_status_args;
constexpr Shape distributor_close_claim_status_shape = {{}};
enum { distributor_close_claim_status_claim_status, distributor_close_claim_status_claimant, distributor_close_claim_status_admin, distributor_close_claim_status_distributor, distributor_close_claim_status_accounts };
constexpr u64 distributor_close_claim_status_writable = 0b11;
constexpr u64 distributor_close_claim_status_signers = 0b100;

constexpr u64 distributor_set_enable_slot_discriminator = 0xce61739621493405;
typedef struct {
    u64 enable_slot;
} PACKED distributor_set_enable_slot_args;
constexpr Shape distributor_set_enable_slot_shape = {{8}};
enum { distributor_set_enable_slot_distributor, distributor_set_enable_slot_admin, distributor_set_enable_slot_accounts };
constexpr u64 distributor_set_enable_slot_writable = 0b11;
constexpr u64 distributor_set_enable_slot_signers = 0b10;

constexpr u64 distributor_new_claim_discriminator = 0x53bb15d27b62b14e;
typedef struct {
    u64 amount_unlocked;
    u64 amount_locked;
    u32 proof_len; Bytes32 proof[];
} PACKED distributor_new_claim_args;
constexpr Shape distributor_new_claim_shape = {{16, LIST}};
enum { distributor_new_claim_distributor, distributor_new_claim_claim_status, distributor_new_claim_from, distributor_new_claim_to, distributor_new_claim_claimant, distributor_new_claim_token_program, distributor_new_claim_system_program, distributor_new_claim_accounts };
constexpr u64 distributor_new_claim_writable = 0b11111;
constexpr u64 distributor_new_claim_signers = 0b10000;

constexpr u64 distributor_claim_locked_discriminator = 0x5a93cf0b17b5ce22;
typedef struct {
} PACKED distributor_claim_locked_args;
constexpr Shape distributor_claim_locked_shape = {{}};
enum { distributor_claim_locked_distributor, distributor_claim_locked_claim_status, distributor_claim_locked_from, distributor_claim_locked_to, distributor_claim_locked_claimant, distributor_claim_locked_token_program, distributor_claim_locked_accounts };
constexpr u64 distributor_claim_locked_writable = 0b11111;
constexpr u64 distributor_claim_locked_signers = 0b10000;

constexpr u64 distributor_clawback_discriminator = 0x1b52ea214f8e5c6f;
typedef struct {
} PACKED distributor_clawback_args;
constexpr Shape distributor_clawback_shape = {{}};
enum { distributor_clawback_distributor, distributor_clawback_from, distributor_clawback_to, distributor_clawback_claimant, distributor_clawback_system_program, distributor_clawback_token_program, distributor_clawback_accounts };
constexpr u64 distributor_clawback_writable = 0b111;
constexpr u64 distributor_clawback_signers = 0b1000;

constexpr u64 distributor_set_clawback_receiver_discriminator = 0x4be51d131422d999;
typedef struct {
} PACKED distributor_set_clawback_receiver_args;
constexpr Shape distributor_set_clawback_receiver_shape = {{}};
enum { distributor_set_clawback_receiver_distributor, distributor_set_clawback_receiver_new_clawback_account, distributor_set_clawback_receiver_admin, distributor_set_clawback_receiver_accounts };
constexpr u64 distributor_set_clawback_receiver_writable = 0b101;
constexpr u64 distributor_set_clawback_receiver_signers = 0b100;

constexpr u64 distributor_set_admin_discriminator = 0x5cbbc25b3400a3fb;
typedef struct {
} PACKED distributor_set_admin_args;
constexpr Shape distributor_set_admin_shape = {{}};
enum { distributor_set_admin_distributor, distributor_set_admin_admin, distributor_set_admin_new_admin, distributor_set_admin_accounts };
constexpr u64 distributor_set_admin_writable = 0b111;
constexpr u64 distributor_set_admin_signers = 0b10;
