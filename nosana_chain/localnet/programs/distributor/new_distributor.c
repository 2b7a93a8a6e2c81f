/* new_distributor: one for the leaves of a tree. Its vault exists before, and is funded by plain transfers. */
#include "distributor/distributor.h"

constexpr i64 CLAWBACK_DELAY = 24 * 60 * 60;

#if FIXED_ADMIN
#define MAY_MAKE_DISTRIBUTORS ADDRESS(AUTHORITY, ConstraintAddress)
#else
#define MAY_MAKE_DISTRIBUTORS
#endif

static u64 check_times(i64 start, i64 end, i64 clawback) {
    REQUIRE(end > start, StartTimestampAfterEnd);
    REQUIRE(end > now() && clawback > now(), TimestampsNotInFuture);
    REQUIRE(clawback > end, ClawbackDuringVesting);
    i64 earliest = end;
    ADD(earliest, CLAWBACK_DELAY);
    REQUIRE(clawback >= earliest, InsufficientClawbackDelay);
    return OK;
}

INSTRUCTION(distributor_new_distributor,
    INIT_PDA(distributor, MerkleDistributor, admin, DISTRIBUTOR_SEEDS(mint->info.key, args->version)),
    ACCOUNT(clawback_receiver, TokenAccount, TOKEN_MINT(mint->info.key)),
    ACCOUNT(mint, Mint),
    DERIVED(token_vault, TokenAccount, ASSOCIATED(distributor->info.key, mint->info.key)),
    ACCOUNT(admin, Signer, MAY_MAKE_DISTRIBUTORS),
    ACCOUNT(system_program, SystemProgram),
    ACCOUNT(associated_token_program, AssociatedTokenProgram),
    ACCOUNT(token_program, TokenProgram))
{
    TRY(check_times(args->start_vesting_ts, args->end_vesting_ts, args->clawback_start_ts));
    distributor->bump = distributor_bump;
    distributor->version = args->version;
    distributor->root = args->root;
    distributor->mint = mint->info.key;
    distributor->token_vault = token_vault->info.key;
    distributor->max_total_claim = args->max_total_claim;
    distributor->max_num_nodes = args->max_num_nodes;
    distributor->start_ts = args->start_vesting_ts;
    distributor->end_ts = args->end_vesting_ts;
    distributor->clawback_start_ts = args->clawback_start_ts;
    distributor->clawback_receiver = clawback_receiver->info.key;
    distributor->admin = admin->info.key;
    distributor->enable_slot = args->enable_slot;
    distributor->closable = args->closable;
    return OK;
}
