/* set_enable_slot: the administrator moves the slot from which claims are possible. */
#include "distributor/distributor.h"

INSTRUCTION(distributor_set_enable_slot,
    ACCOUNT(distributor, MerkleDistributor, HAS_ONE(admin, ConstraintHasOne)),
    ACCOUNT(admin, Signer))
{
    distributor->enable_slot = args->enable_slot;
    return OK;
}
