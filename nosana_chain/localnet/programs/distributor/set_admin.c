/* set_admin: the administrator names its successor. */
#include "distributor/distributor.h"

INSTRUCTION(distributor_set_admin,
    ACCOUNT(distributor, MerkleDistributor),
    ACCOUNT(admin, Signer, ADDRESS(distributor->admin, Unauthorized)),
    ACCOUNT(new_admin, UncheckedAccount))
{
    REQUIRE(!IS(distributor->admin, new_admin), SameAdmin);
    distributor->admin = new_admin->info.key;
    return OK;
}
