/* Generated from idl/nosana_nodes.json by scripts/build-programs. */
#pragma once

constexpr u64 nodes_register_discriminator = 0xf0b2c2d30f437cd3;
typedef struct {
    u8 architecture_type;
    u16 country_code;
    u16 cpu;
    u16 gpu;
    u16 memory;
    u16 iops;
    u16 storage;
    u8 strings[]; /* endpoint, icon, version */
} PACKED nodes_register_args;
constexpr Shape nodes_register_shape = {{13, STRING, STRING, STRING}};
enum { nodes_register_node, nodes_register_payer, nodes_register_authority, nodes_register_system_program, nodes_register_accounts };
constexpr u64 nodes_register_writable = 0b11;
constexpr u64 nodes_register_signers = 0b110;

constexpr u64 nodes_audit_discriminator = 0x51da3a730126eb73;
typedef struct {
    bool audited;
} PACKED nodes_audit_args;
constexpr Shape nodes_audit_shape = {{BOOL}};
enum { nodes_audit_node, nodes_audit_authority, nodes_audit_accounts };
constexpr u64 nodes_audit_writable = 0b1;
constexpr u64 nodes_audit_signers = 0b10;

constexpr u64 nodes_update_discriminator = 0x7ffd3f9eb058c8db;
typedef struct {
    u8 architecture_type;
    u16 country_code;
    u16 cpu;
    u16 gpu;
    u16 memory;
    u16 iops;
    u16 storage;
    u8 strings[]; /* endpoint, icon, version */
} PACKED nodes_update_args;
constexpr Shape nodes_update_shape = {{13, STRING, STRING, STRING}};
enum { nodes_update_node, nodes_update_authority, nodes_update_accounts };
constexpr u64 nodes_update_writable = 0b1;
constexpr u64 nodes_update_signers = 0b10;
