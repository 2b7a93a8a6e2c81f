/* close_distributor: the administrator takes what the vault holds and ends a distributor; the empty vault stays. */
#include "distributor/distributor.h"

INSTRUCTION(distributor_close_distributor,
    ACCOUNT(distributor, MerkleDistributor,
        HAS_ONE(admin, ConstraintHasOne),
        HAS_ONE(token_vault, ConstraintHasOne),
        CONSTRAINT(distributor->closable, CannotCloseDistributor),
        CLOSE(admin)),
    ACCOUNT(token_vault, TokenAccount),
    ACCOUNT(admin, Signer),
    ACCOUNT(destination_token_account, TokenAccount),
    ACCOUNT(token_program, TokenProgram))
{
    return pay_from_vault(distributor, token_vault, destination_token_account, token_vault->amount);
}
