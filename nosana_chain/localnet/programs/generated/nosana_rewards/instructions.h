/* Generated from idl/nosana_rewards.json by scripts/build-programs. */
#pragma once

constexpr u64 rewards_init_discriminator = 0x642ffa6ceccf3bdc;
typedef struct {
} PACKED rewards_init_args;
constexpr Shape rewards_init_shape = {{}};
enum { rewards_init_mint, rewards_init_reflection, rewards_init_vault, rewards_init_authority, rewards_init_system_program, rewards_init_token_program, rewards_init_rent, rewards_init_accounts };
constexpr u64 rewards_init_writable = 0b1110;
constexpr u64 rewards_init_signers = 0b1000;

constexpr u64 rewards_enter_discriminator = 0x864d5b5872d1318b;
typedef struct {
} PACKED rewards_enter_args;
constexpr Shape rewards_enter_shape = {{}};
enum { rewards_enter_reflection, rewards_enter_stake, rewards_enter_reward, rewards_enter_authority, rewards_enter_system_program, rewards_enter_accounts };
constexpr u64 rewards_enter_writable = 0b1101;
constexpr u64 rewards_enter_signers = 0b1000;

constexpr u64 rewards_add_fee_discriminator = 0x704c7bfdd4bde143;
typedef struct {
    u64 amount;
} PACKED rewards_add_fee_args;
constexpr Shape rewards_add_fee_shape = {{8}};
enum { rewards_add_fee_user, rewards_add_fee_reflection, rewards_add_fee_vault, rewards_add_fee_authority, rewards_add_fee_token_program, rewards_add_fee_accounts };
constexpr u64 rewards_add_fee_writable = 0b111;
constexpr u64 rewards_add_fee_signers = 0b1000;

constexpr u64 rewards_claim_discriminator = 0xd26c9fd5c1d6c63e;
typedef struct {
} PACKED rewards_claim_args;
constexpr Shape rewards_claim_shape = {{}};
enum { rewards_claim_user, rewards_claim_vault, rewards_claim_reflection, rewards_claim_reward, rewards_claim_stake, rewards_claim_authority, rewards_claim_token_program, rewards_claim_accounts };
constexpr u64 rewards_claim_writable = 0b101111;
constexpr u64 rewards_claim_signers = 0b100000;

constexpr u64 rewards_sync_discriminator = 0x58bd9d15a428db04;
typedef struct {
} PACKED rewards_sync_args;
constexpr Shape rewards_sync_shape = {{}};
enum { rewards_sync_reward, rewards_sync_stake, rewards_sync_reflection, rewards_sync_accounts };
constexpr u64 rewards_sync_writable = 0b101;
constexpr u64 rewards_sync_signers = 0b0;

constexpr u64 rewards_close_discriminator = 0x60ce416cb1c9a562;
typedef struct {
} PACKED rewards_close_args;
constexpr Shape rewards_close_shape = {{}};
enum { rewards_close_reflection, rewards_close_reward, rewards_close_authority, rewards_close_accounts };
constexpr u64 rewards_close_writable = 0b111;
constexpr u64 rewards_close_signers = 0b100;
