/* Generated from idl/nosana_staking.json by scripts/build-programs. */
#pragma once

constexpr u64 staking_init_discriminator = 0x642ffa6ceccf3bdc;
typedef struct {
} PACKED staking_init_args;
constexpr Shape staking_init_shape = {{}};
enum { staking_init_settings, staking_init_authority, staking_init_system_program, staking_init_rent, staking_init_accounts };
constexpr u64 staking_init_writable = 0b11;
constexpr u64 staking_init_signers = 0b10;

constexpr u64 staking_stake_discriminator = 0x6cb3d1c812cab0ce;
typedef struct {
    u64 amount;
    u128 duration;
} PACKED staking_stake_args;
constexpr Shape staking_stake_shape = {{24}};
enum { staking_stake_mint, staking_stake_user, staking_stake_vault, staking_stake_stake, staking_stake_authority, staking_stake_system_program, staking_stake_token_program, staking_stake_rent, staking_stake_accounts };
constexpr u64 staking_stake_writable = 0b11110;
constexpr u64 staking_stake_signers = 0b10000;

constexpr u64 staking_unstake_discriminator = 0xe1327ccd2a6b5f5a;
typedef struct {
} PACKED staking_unstake_args;
constexpr Shape staking_unstake_shape = {{}};
enum { staking_unstake_stake, staking_unstake_reward, staking_unstake_authority, staking_unstake_accounts };
constexpr u64 staking_unstake_writable = 0b1;
constexpr u64 staking_unstake_signers = 0b100;

constexpr u64 staking_restake_discriminator = 0x35d52006a7f1a161;
typedef struct {
} PACKED staking_restake_args;
constexpr Shape staking_restake_shape = {{}};
enum { staking_restake_vault, staking_restake_stake, staking_restake_authority, staking_restake_accounts };
constexpr u64 staking_restake_writable = 0b11;
constexpr u64 staking_restake_signers = 0b100;

constexpr u64 staking_topup_discriminator = 0x4d6397e14e312a7e;
typedef struct {
    u64 amount;
} PACKED staking_topup_args;
constexpr Shape staking_topup_shape = {{8}};
enum { staking_topup_user, staking_topup_vault, staking_topup_stake, staking_topup_authority, staking_topup_token_program, staking_topup_accounts };
constexpr u64 staking_topup_writable = 0b111;
constexpr u64 staking_topup_signers = 0b1000;

constexpr u64 staking_extend_discriminator = 0xa8369ae301007fe4;
typedef struct {
    u64 duration;
} PACKED staking_extend_args;
constexpr Shape staking_extend_shape = {{8}};
enum { staking_extend_stake, staking_extend_authority, staking_extend_accounts };
constexpr u64 staking_extend_writable = 0b1;
constexpr u64 staking_extend_signers = 0b10;

constexpr u64 staking_close_discriminator = 0x60ce416cb1c9a562;
typedef struct {
} PACKED staking_close_args;
constexpr Shape staking_close_shape = {{}};
enum { staking_close_user, staking_close_stake, staking_close_vault, staking_close_authority, staking_close_token_program, staking_close_accounts };
constexpr u64 staking_close_writable = 0b1111;
constexpr u64 staking_close_signers = 0b1000;

constexpr u64 staking_withdraw_discriminator = 0x22a16d949c4612b7;
typedef struct {
} PACKED staking_withdraw_args;
constexpr Shape staking_withdraw_shape = {{}};
enum { staking_withdraw_user, staking_withdraw_vault, staking_withdraw_stake, staking_withdraw_authority, staking_withdraw_token_program, staking_withdraw_accounts };
constexpr u64 staking_withdraw_writable = 0b1111;
constexpr u64 staking_withdraw_signers = 0b1000;

constexpr u64 staking_slash_discriminator = 0x8e5cb108a1128dcc;
typedef struct {
    u64 amount;
} PACKED staking_slash_args;
constexpr Shape staking_slash_shape = {{8}};
enum { staking_slash_vault, staking_slash_stake, staking_slash_token_account, staking_slash_settings, staking_slash_authority, staking_slash_token_program, staking_slash_accounts };
constexpr u64 staking_slash_writable = 0b111;
constexpr u64 staking_slash_signers = 0b10000;

constexpr u64 staking_update_settings_discriminator = 0x6c9d549ed533a651;
typedef struct {
} PACKED staking_update_settings_args;
constexpr Shape staking_update_settings_shape = {{}};
enum { staking_update_settings_new_authority, staking_update_settings_token_account, staking_update_settings_settings, staking_update_settings_authority, staking_update_settings_accounts };
constexpr u64 staking_update_settings_writable = 0b100;
constexpr u64 staking_update_settings_signers = 0b1000;
