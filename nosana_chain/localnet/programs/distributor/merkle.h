/* Proofs that a leaf is in the tree. */
#pragma once
#include "distributor/distributor.h"

/* A prefix keeps the hash of a leaf and that of a pair apart. */
constexpr u8 LEAF_PREFIX = 0, PAIR_PREFIX = 1;

static void hash_leaf(Bytes32 *leaf, const Pubkey *claimant, const distributor_new_claim_args *claim) {
    const Slice content[] = {BYTES(*claimant), BYTES(claim->amount_unlocked), BYTES(claim->amount_locked)};
    Bytes32 node;
    sol_sha256(content, 3, &node);
    const Slice prefixed[] = {BYTES(LEAF_PREFIX), BYTES(node)};
    sol_sha256(prefixed, 2, leaf);
}

/* Puts the hash of the pair over `hash`; the smaller of the two comes first, so that no side needs to be told. */
static void hash_pair(Bytes32 *hash, const Bytes32 *sibling) {
    i32 order;
    sol_memcmp_(hash, sibling, sizeof *hash, &order);
    const Bytes32 first = order < 0 ? *hash : *sibling, second = order < 0 ? *sibling : *hash;
    const Slice pair[] = {BYTES(PAIR_PREFIX), BYTES(first), BYTES(second)};
    sol_sha256(pair, 3, hash);
}

static bool is_proven(const Bytes32 *root, const Pubkey *claimant, const distributor_new_claim_args *claim) {
    Bytes32 hash;
    hash_leaf(&hash, claimant, claim);
    for (u32 level = 0; level < claim->proof_len; level++) hash_pair(&hash, &claim->proof[level]);
    return same(&hash, root);
}
