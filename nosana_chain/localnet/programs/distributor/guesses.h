/* What nobody outside knows of Nosana's own deployment. The public source that it was made from, and what its clients
 * do, suggest these; a build may define another value (`defines` in nosana_chain/localnet/build/programs.py). */
#pragma once

/* Millionths of the unlocked amount that a claim at the start pays. The public source had none at first, then 700,000,
 * and 500,000 in the version whose interface is Nosana's; the vote paid all, after the end of vesting. */
#ifndef START_MILLIONTHS
#define START_MILLIONTHS 500'000
#endif

/* 1: a claim goes to a token account of one of the two vote wallets. The error is in the interface, the check itself
 * was never seen, nor its place among the others. 0, as in the public source: to one of the claimant's own. */
#ifndef VOTE_CHECK
#define VOTE_CHECK 1
#endif

/* 1: only AUTHORITY may make a distributor. The public source names a key of its authors; whether Nosana's build names
 * one, and which, is not known. */
#ifndef FIXED_ADMIN
#define FIXED_ADMIN 0
#endif

/* 1: closing a claim status aborts, whatever it is, as it does in the public source since a change that was perhaps
 * not meant to last. */
#ifndef CLOSE_CLAIM_STATUS_ABORTS
#define CLOSE_CLAIM_STATUS_ABORTS 1
#endif
