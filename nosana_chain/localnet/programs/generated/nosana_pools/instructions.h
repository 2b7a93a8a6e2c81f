/* Generated from idl/nosana_pools.json by scripts/build-programs. */
#pragma once

constexpr u64 pools_open_discriminator = 0x2d3cbdc7479bdce4;
typedef struct {
    u64 emission;
    i64 start_time;
    u8 claim_type;
    bool closeable;
} PACKED pools_open_args;
constexpr Shape pools_open_shape = {{17, BOOL}};
enum { pools_open_pool, pools_open_vault, pools_open_beneficiary, pools_open_authority, pools_open_mint, pools_open_system_program, pools_open_token_program, pools_open_rent, pools_open_accounts };
constexpr u64 pools_open_writable = 0b1011;
constexpr u64 pools_open_signers = 0b1001;

constexpr u64 pools_claim_fee_discriminator = 0x8946e888894f20a9;
typedef struct {
} PACKED pools_claim_fee_args;
constexpr Shape pools_claim_fee_shape = {{}};
enum { pools_claim_fee_vault, pools_claim_fee_rewards_reflection, pools_claim_fee_rewards_vault, pools_claim_fee_pool, pools_claim_fee_authority, pools_claim_fee_token_program, pools_claim_fee_rewards_program, pools_claim_fee_accounts };
constexpr u64 pools_claim_fee_writable = 0b11111;
constexpr u64 pools_claim_fee_signers = 0b10000;

constexpr u64 pools_claim_transfer_discriminator = 0x11e5eae6be3ab2ca;
typedef struct {
} PACKED pools_claim_transfer_args;
constexpr Shape pools_claim_transfer_shape = {{}};
enum { pools_claim_transfer_vault, pools_claim_transfer_beneficiary, pools_claim_transfer_pool, pools_claim_transfer_authority, pools_claim_transfer_token_program, pools_claim_transfer_accounts };
constexpr u64 pools_claim_transfer_writable = 0b1111;
constexpr u64 pools_claim_transfer_signers = 0b1000;

constexpr u64 pools_close_discriminator = 0x60ce416cb1c9a562;
typedef struct {
} PACKED pools_close_args;
constexpr Shape pools_close_shape = {{}};
enum { pools_close_vault, pools_close_user, pools_close_pool, pools_close_authority, pools_close_token_program, pools_close_accounts };
constexpr u64 pools_close_writable = 0b1111;
constexpr u64 pools_close_signers = 0b1000;

constexpr u64 pools_update_beneficiary_discriminator = 0x7ef37ebc46db7a7e;
typedef struct {
} PACKED pools_update_beneficiary_args;
constexpr Shape pools_update_beneficiary_shape = {{}};
enum { pools_update_beneficiary_beneficiary, pools_update_beneficiary_new_beneficiary, pools_update_beneficiary_pool, pools_update_beneficiary_authority, pools_update_beneficiary_token_program, pools_update_beneficiary_accounts };
constexpr u64 pools_update_beneficiary_writable = 0b1100;
constexpr u64 pools_update_beneficiary_signers = 0b1000;
