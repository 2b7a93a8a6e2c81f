/* What a host says of itself and its machine. */
#pragma once
#include "anchor/instruction.h"
#include "nodes/countries.h"
#include "nosana_nodes/accounts.h"
#include "nosana_nodes/errors.h"
#include "nosana_nodes/instructions.h"

constexpr u8 ARCHITECTURE_LAST = 9;
constexpr u8 ARCHITECTURE_UNKNOWN = 255; /* what the program takes every other number for */

/* The arguments of register and update, and in the same order the end of a NodeAccount: numbers, then strings. */
typedef nodes_register_args Description;

#define DESCRIPTION_AT __builtin_offsetof(NodeAccount, architecture)
#define DESCRIPTION_STRINGS 3

static_assert(sizeof(Description) == sizeof(nodes_update_args), "register and update have other arguments");
static_assert(sizeof(Description) == sizeof(NodeAccount) - DESCRIPTION_AT, "accounts and arguments differ");

/* Checks a description and stores it. Of strings that are too long for the account a part is left out, and the end of
 * the instruction refuses what is there. */
static u64 describe(NodeAccount *node, const Description *description) {
    REQUIRE_COMPARED(description->architecture_type <= ARCHITECTURE_LAST, ArchitectureUnknown, ARCHITECTURE_UNKNOWN,
                     ARCHITECTURE_UNKNOWN);
    REQUIRE_COMPARED(is_country(description->country_code), CountryCodeUnknown, (u8)COUNTRY_UNKNOWN,
                     (u8)COUNTRY_UNKNOWN);
    REQUIRE_COMPARED(description->cpu > 0, CpuInvalid, description->cpu, 0);
    REQUIRE_COMPARED(description->memory > 0, MemoryInvalid, description->memory, 0);
    REQUIRE_COMPARED(description->iops > 0, IopsInvalid, description->iops, 0);
    REQUIRE_COMPARED(description->storage > 0, StorageInvalid, description->storage, 0);
    const u64 len = sizeof *description + strings_len(description->strings, DESCRIPTION_STRINGS);
    const u64 room = sizeof node->info + node->info.data_len - DESCRIPTION_AT;
    sol_memmove_(&node->architecture, description, len < room ? len : room);
    return OK;
}
