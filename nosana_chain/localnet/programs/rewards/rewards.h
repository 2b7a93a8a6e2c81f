/* The pool. A reward holds a share of total_reflection, worth share / rate, of which xnos was brought in. */
#pragma once
#include "anchor/instruction.h"
#include "nosana_rewards/accounts.h"
#include "nosana_rewards/instructions.h"
#include "nosana_staking/accounts.h"
#include "nosana_staking/errors.h"

/* Reflection units of one base unit of NOS in an empty pool: all of u128 shared out over the supply. */
constexpr u128 INITIAL_RATE = U128_MAX / 100'000'000'000'000;

/* Adds the share of a reward to the totals. */
static void join_pool(ReflectionAccount *pool, const RewardAccount *reward) {
    pool->total_xnos = add_u128(pool->total_xnos, reward->xnos);
    pool->total_reflection = add_u128(pool->total_reflection, reward->reflection);
}

static void enter_pool(ReflectionAccount *pool, RewardAccount *reward, u128 xnos) {
    reward->xnos = xnos;
    reward->reflection = mul_u128(xnos, pool->rate);
    join_pool(pool, reward);
}

static void leave_pool(ReflectionAccount *pool, u128 reflection, u128 xnos) {
    pool->total_reflection = sub_u128(pool->total_reflection, reflection);
    pool->total_xnos = sub_u128(pool->total_xnos, xnos);
}

/* What the reward is worth beyond the xNOS that it brought in. */
INLINE u128 earned(const ReflectionAccount *pool, const RewardAccount *reward) {
    return sub_u128(div_u128(reward->reflection, pool->rate), reward->xnos);
}
