/* What nobody outside knows of Nosana's own deployment. The public source that it was made from, and what its clients
 * do, suggest these; a build may define another value (`defines` in nosana_chain/localnet/build/programs.py).
 *
 * No call of the deployed program was recorded. 145,000 calls of its public ancestor, with the admin's key and the vote
 * check made like ours, agree with this program in all else. What that base says of each guess stands beside it. */
#pragma once

/* Millionths of the unlocked amount that a claim at the start pays. The public source had none at first, then 700,000,
 * and 500,000 in the version whose interface is Nosana's; the vote paid all, after the end of vesting. The ancestor
 * speaks for 500,000. */
#ifndef START_MILLIONTHS
#define START_MILLIONTHS 500'000
#endif

/* 1: a claim goes to a token account of one of the two vote wallets. The error is in the interface, the check itself
 * was never seen, nor its place among the others. 0, as in the public source: to one of the claimant's own. The
 * ancestor says nothing of votes. */
#ifndef VOTE_CHECK
#define VOTE_CHECK 1
#endif

/* 1: only AUTHORITY may make a distributor. The public source names a key of its authors; whether Nosana's build names
 * one, and which, is not known. The ancestor speaks for 1, a fixed key. Here it is 0 all the same, so that on a local
 * network anyone can make a distributor. */
#ifndef FIXED_ADMIN
#define FIXED_ADMIN 0
#endif

/* 1: closing a claim status aborts, whatever it is, as it does in the public source since a change that was perhaps
 * not meant to last. The ancestor speaks for 1. */
#ifndef CLOSE_CLAIM_STATUS_ABORTS
#define CLOSE_CLAIM_STATUS_ABORTS 1
#endif
