/* work and claim: who may take jobs of a market. */
#pragma once
#include "jobs/jobs.h"
#include "jobs/metadata.h"
#include "nosana_staking/accounts.h"
#include "nosana_staking/errors.h"

/* A market without an access key asks for no NFT. */
static bool is_open(const MarketAccount *market) { return is_zero(&market->node_access_key); }

static bool grants_access(UncheckedAccount *metadata, const TokenAccount *nft, const MarketAccount *market) {
    if (!is_derived(&metadata->info, SEEDS(LABEL("metadata"), BYTES(METADATA_PROGRAM), BYTES(nft->mint)),
                    &METADATA_PROGRAM))
        return false;
    const Collection collection = read_collection(&metadata->info);
    return collection.is_verified && same(collection.key, &market->node_access_key);
}

/* The host's stake, its NFT, and the NFT's metadata. */
#define NODE_ACCESS                                                                                         \
    ACCOUNT(stake, StakeAccount,                                                                            \
        HAS_ONE(authority, Unauthorized),                                                                   \
        CONSTRAINT(stake->xnos >= market->node_xnos_minimum, NodeNotEnoughStake),                           \
        ADDRESS_FROM(STAKING_PROGRAM, InvalidStakeAccount, LABEL("stake"), BYTES(NOS_MINT),                 \
                     KEY(authority))),                                                                      \
    ACCOUNT(nft, TokenAccount,                                                                              \
        CONSTRAINT(is_open(market) || IS(nft->owner, authority), NodeNftWrongOwner),                        \
        CONSTRAINT(is_open(market) || nft->amount >= 1, NodeNftInvalidAmount)),                             \
    ACCOUNT(metadata, UncheckedAccount,                                                                     \
        CONSTRAINT(is_open(market) || grants_access(metadata, nft, market), NodeKeyInvalidCollection))
