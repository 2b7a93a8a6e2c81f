/* Generated from idl/nosana_jobs.json by scripts/build-programs. */
#pragma once

constexpr u64 jobs_open_discriminator = 0x2d3cbdc7479bdce4;
typedef struct {
    i64 job_expiration;
    u64 job_price;
    i64 job_timeout;
    u8 job_type;
    u128 node_xnos_minimum;
} PACKED jobs_open_args;
constexpr Shape jobs_open_shape = {{41}};
enum { jobs_open_mint, jobs_open_market, jobs_open_vault, jobs_open_authority, jobs_open_access_key, jobs_open_rent, jobs_open_system_program, jobs_open_token_program, jobs_open_accounts };
constexpr u64 jobs_open_writable = 0b1110;
constexpr u64 jobs_open_signers = 0b1010;

constexpr u64 jobs_update_discriminator = 0x7ffd3f9eb058c8db;
typedef struct {
    i64 job_expiration;
    u64 job_price;
    u8 job_type;
    u128 node_stake_minimum;
    i64 job_timeout;
} PACKED jobs_update_args;
constexpr Shape jobs_update_shape = {{41}};
enum { jobs_update_market, jobs_update_access_key, jobs_update_authority, jobs_update_accounts };
constexpr u64 jobs_update_writable = 0b1;
constexpr u64 jobs_update_signers = 0b100;

constexpr u64 jobs_close_discriminator = 0x60ce416cb1c9a562;
typedef struct {
} PACKED jobs_close_args;
constexpr Shape jobs_close_shape = {{}};
enum { jobs_close_market, jobs_close_vault, jobs_close_user, jobs_close_authority, jobs_close_token_program, jobs_close_accounts };
constexpr u64 jobs_close_writable = 0b111;
constexpr u64 jobs_close_signers = 0b1000;

constexpr u64 jobs_close_admin_discriminator = 0xbd91a1d08eb9b6ca;
typedef struct {
} PACKED jobs_close_admin_args;
constexpr Shape jobs_close_admin_shape = {{}};
enum { jobs_close_admin_market, jobs_close_admin_vault, jobs_close_admin_user, jobs_close_admin_authority, jobs_close_admin_token_program, jobs_close_admin_accounts };
constexpr u64 jobs_close_admin_writable = 0b111;
constexpr u64 jobs_close_admin_signers = 0b1000;

constexpr u64 jobs_assign_discriminator = 0x87402951cb7d4249;
typedef struct {
    Bytes32 ipfs_job;
    i64 timeout;
} PACKED jobs_assign_args;
constexpr Shape jobs_assign_shape = {{40}};
enum { jobs_assign_job, jobs_assign_market, jobs_assign_run, jobs_assign_node, jobs_assign_user, jobs_assign_vault, jobs_assign_payer, jobs_assign_rewards_reflection, jobs_assign_rewards_vault, jobs_assign_authority, jobs_assign_rewards_program, jobs_assign_token_program, jobs_assign_system_program, jobs_assign_accounts };
constexpr u64 jobs_assign_writable = 0b111110111;
constexpr u64 jobs_assign_signers = 0b1001000101;

constexpr u64 jobs_list_discriminator = 0x2684291143c1ae36;
typedef struct {
    Bytes32 ipfs_job;
    i64 timeout;
} PACKED jobs_list_args;
constexpr Shape jobs_list_shape = {{40}};
enum { jobs_list_job, jobs_list_market, jobs_list_run, jobs_list_user, jobs_list_vault, jobs_list_payer, jobs_list_rewards_reflection, jobs_list_rewards_vault, jobs_list_authority, jobs_list_rewards_program, jobs_list_token_program, jobs_list_system_program, jobs_list_accounts };
constexpr u64 jobs_list_writable = 0b11111111;
constexpr u64 jobs_list_signers = 0b100100101;

constexpr u64 jobs_delist_discriminator = 0x1f04ad6b6bcd8837;
typedef struct {
} PACKED jobs_delist_args;
constexpr Shape jobs_delist_shape = {{}};
enum { jobs_delist_job, jobs_delist_market, jobs_delist_deposit, jobs_delist_payer, jobs_delist_vault, jobs_delist_token_program, jobs_delist_authority, jobs_delist_accounts };
constexpr u64 jobs_delist_writable = 0b1011111;
constexpr u64 jobs_delist_signers = 0b1000000;

constexpr u64 jobs_recover_discriminator = 0x1174926d3a26d86c;
typedef struct {
} PACKED jobs_recover_args;
constexpr Shape jobs_recover_shape = {{}};
enum { jobs_recover_job, jobs_recover_market, jobs_recover_vault, jobs_recover_user, jobs_recover_payer, jobs_recover_authority, jobs_recover_token_program, jobs_recover_accounts };
constexpr u64 jobs_recover_writable = 0b11101;
constexpr u64 jobs_recover_signers = 0b100000;

constexpr u64 jobs_extend_discriminator = 0xa8369ae301007fe4;
typedef struct {
    i64 timeout;
} PACKED jobs_extend_args;
constexpr Shape jobs_extend_shape = {{8}};
enum { jobs_extend_job, jobs_extend_market, jobs_extend_user, jobs_extend_vault, jobs_extend_rewards_reflection, jobs_extend_rewards_vault, jobs_extend_authority, jobs_extend_payer, jobs_extend_rewards_program, jobs_extend_token_program, jobs_extend_accounts };
constexpr u64 jobs_extend_writable = 0b111101;
constexpr u64 jobs_extend_signers = 0b11000000;

constexpr u64 jobs_end_discriminator = 0x104679c2d9f9a0b4;
typedef struct {
} PACKED jobs_end_args;
constexpr Shape jobs_end_shape = {{}};
enum { jobs_end_job, jobs_end_market, jobs_end_run, jobs_end_deposit, jobs_end_user, jobs_end_vault, jobs_end_payer, jobs_end_authority, jobs_end_token_program, jobs_end_accounts };
constexpr u64 jobs_end_writable = 0b11111101;
constexpr u64 jobs_end_signers = 0b10000000;

constexpr u64 jobs_work_discriminator = 0x2fe589d7c32d430f;
typedef struct {
} PACKED jobs_work_args;
constexpr Shape jobs_work_shape = {{}};
enum { jobs_work_run, jobs_work_market, jobs_work_payer, jobs_work_stake, jobs_work_nft, jobs_work_metadata, jobs_work_authority, jobs_work_system_program, jobs_work_accounts };
constexpr u64 jobs_work_writable = 0b111;
constexpr u64 jobs_work_signers = 0b1000101;

constexpr u64 jobs_stop_discriminator = 0x9bb8fdab3c20852a;
typedef struct {
} PACKED jobs_stop_args;
constexpr Shape jobs_stop_shape = {{}};
enum { jobs_stop_market, jobs_stop_node, jobs_stop_authority, jobs_stop_accounts };
constexpr u64 jobs_stop_writable = 0b1;
constexpr u64 jobs_stop_signers = 0b100;

constexpr u64 jobs_claim_discriminator = 0xd26c9fd5c1d6c63e;
typedef struct {
} PACKED jobs_claim_args;
constexpr Shape jobs_claim_shape = {{}};
enum { jobs_claim_job, jobs_claim_run, jobs_claim_market, jobs_claim_stake, jobs_claim_nft, jobs_claim_metadata, jobs_claim_payer, jobs_claim_authority, jobs_claim_system_program, jobs_claim_accounts };
constexpr u64 jobs_claim_writable = 0b1000011;
constexpr u64 jobs_claim_signers = 0b11000010;

constexpr u64 jobs_complete_discriminator = 0x4c58198893e04d00;
typedef struct {
    Bytes32 ipfs_result;
} PACKED jobs_complete_args;
constexpr Shape jobs_complete_shape = {{32}};
enum { jobs_complete_job, jobs_complete_authority, jobs_complete_accounts };
constexpr u64 jobs_complete_writable = 0b1;
constexpr u64 jobs_complete_signers = 0b10;

constexpr u64 jobs_finish_discriminator = 0x25b6e97d84aa4a43;
typedef struct {
    Bytes32 ipfs_result;
} PACKED jobs_finish_args;
constexpr Shape jobs_finish_shape = {{32}};
enum { jobs_finish_job, jobs_finish_run, jobs_finish_market, jobs_finish_vault, jobs_finish_deposit, jobs_finish_user, jobs_finish_payer_run, jobs_finish_payer_job, jobs_finish_authority, jobs_finish_token_program, jobs_finish_accounts };
constexpr u64 jobs_finish_writable = 0b11111011;
constexpr u64 jobs_finish_signers = 0b100000000;

constexpr u64 jobs_quit_discriminator = 0x99678150f08d67bf;
typedef struct {
} PACKED jobs_quit_args;
constexpr Shape jobs_quit_shape = {{}};
enum { jobs_quit_job, jobs_quit_run, jobs_quit_payer, jobs_quit_authority, jobs_quit_accounts };
constexpr u64 jobs_quit_writable = 0b111;
constexpr u64 jobs_quit_signers = 0b1000;

constexpr u64 jobs_quit_admin_discriminator = 0xc43814b6086eee67;
typedef struct {
} PACKED jobs_quit_admin_args;
constexpr Shape jobs_quit_admin_shape = {{}};
enum { jobs_quit_admin_run, jobs_quit_admin_payer, jobs_quit_admin_authority, jobs_quit_admin_accounts };
constexpr u64 jobs_quit_admin_writable = 0b11;
constexpr u64 jobs_quit_admin_signers = 0b100;

constexpr u64 jobs_clean_discriminator = 0x6701fb968038bffa;
typedef struct {
} PACKED jobs_clean_args;
constexpr Shape jobs_clean_shape = {{}};
enum { jobs_clean_job, jobs_clean_market, jobs_clean_payer, jobs_clean_accounts };
constexpr u64 jobs_clean_writable = 0b101;
constexpr u64 jobs_clean_signers = 0b0;

constexpr u64 jobs_clean_admin_discriminator = 0x69abebfd44bc5af5;
typedef struct {
} PACKED jobs_clean_admin_args;
constexpr Shape jobs_clean_admin_shape = {{}};
enum { jobs_clean_admin_job, jobs_clean_admin_payer, jobs_clean_admin_authority, jobs_clean_admin_accounts };
constexpr u64 jobs_clean_admin_writable = 0b11;
constexpr u64 jobs_clean_admin_signers = 0b100;
