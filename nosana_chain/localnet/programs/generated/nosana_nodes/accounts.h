/* Generated from idl/nosana_nodes.json by scripts/build-programs. */
#pragma once

typedef struct {
    Account info;
    u64 discriminator;
    Pubkey authority;
    bool audited;
    u8 architecture;
    u16 country;
    u16 cpu;
    u16 gpu;
    u16 memory;
    u16 iops;
    u16 storage;
    u8 strings[]; /* endpoint, icon, version */
} PACKED NodeAccount;

constexpr AccountType NodeAccount_type = {
    .check = PROGRAM_ACCOUNT,
    .address = NODES_PROGRAM,
    .discriminator = 0xdc567fc39212a67d,
    .shape = {{32, BOOL, 13, STRING, STRING, STRING}},
    .space = 128,
};
