/* set_clawback_receiver: the administrator names another token account for what is left. */
#include "distributor/distributor.h"

INSTRUCTION(distributor_set_clawback_receiver,
    ACCOUNT(distributor, MerkleDistributor),
    ACCOUNT(new_clawback_account, TokenAccount, TOKEN_MINT(distributor->mint)),
    ACCOUNT(admin, Signer, ADDRESS(distributor->admin, Unauthorized)))
{
    REQUIRE(!IS(distributor->clawback_receiver, new_clawback_account), SameClawbackReceiver);
    distributor->clawback_receiver = new_clawback_account->info.key;
    return OK;
}
