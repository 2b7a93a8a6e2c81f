/* A stake and its vault; xNOS, the weight of a stake, grows with amount and duration. */
#pragma once
#include "anchor/instruction.h"
#include "nosana_staking/accounts.h"
#include "nosana_staking/errors.h"
#include "nosana_staking/instructions.h"

constexpr u64 DAY = 24 * 60 * 60;
constexpr u64 DURATION_MIN = 14 * DAY;
constexpr u64 DURATION_MAX = 365 * DAY;

/* One more xNOS for each NOS and this many seconds (a third of a year), with 15 decimals. */
constexpr u64 XNOS_DURATION = 10'512'000;
constexpr u64 XNOS_ONE = 1'000'000'000'000'000;

/* Weighs the stake by its amount and duration; an unstaked one has no weight. */
static void update_xnos(StakeAccount *stake) {
    if (stake->time_unstake != 0) {
        stake->xnos = 0;
        return;
    }
    const u128 multiplier = add_u128(div_u128(mul_u128(stake->duration, XNOS_ONE), XNOS_DURATION), XNOS_ONE);
    stake->xnos = div_u128(mul_u128(multiplier, stake->amount), XNOS_ONE);
}

/* Seeds with which the vault of a stake signs. */
#define STAKE_VAULT_SEEDS(stake, vault) \
    SEEDS(LABEL("vault"), BYTES((vault)->mint), BYTES((stake)->authority), BYTES((stake)->vault_bump))

static u64 pay_from_vault(const StakeAccount *stake, TokenAccount *vault, TokenAccount *to, u64 amount) {
    return token_transfer(vault, to, &vault->info, amount, &STAKE_VAULT_SEEDS(stake, vault));
}
