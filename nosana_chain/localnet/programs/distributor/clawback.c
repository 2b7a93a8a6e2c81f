/* clawback: sends all that is left in the vault to its receiver, and ends the claims; anyone may call it, once. */
#include "distributor/distributor.h"

INSTRUCTION(distributor_clawback,
    ACCOUNT(distributor, MerkleDistributor),
    VAULT_TO_PAY_FROM,
    ACCOUNT(to, TokenAccount, ADDRESS(distributor->clawback_receiver, ConstraintAddress)),
    ACCOUNT(claimant, Signer),
    ACCOUNT(system_program, SystemProgram),
    ACCOUNT(token_program, TokenProgram))
{
    REQUIRE(!distributor->clawed_back, ClawbackAlreadyClaimed);
    if (now() < distributor->clawback_start_ts) return occurred(&ClawbackBeforeStart);
    distributor->clawed_back = true;
    return pay_from_vault(distributor, from, to, from->amount);
}
