/* Generated from idl/merkle_distributor.json by scripts/build-programs. */
#pragma once
static const Error InsufficientUnlockedTokens = {.code = 6000, .text = "InsufficientUnlockedTokens. Error Number: 6000. Error Message: Nothing more has vested yet; try again later."};
static const Error StartTooFarInFuture = {.code = 6001, .text = "StartTooFarInFuture. Error Number: 6001. Error Message: The start of vesting is too far in the future; choose an earlier time."};
static const Error InvalidProof = {.code = 6002, .text = "InvalidProof. Error Number: 6002. Error Message: The proof does not lead to the distributor's root; use the amounts and the proof of this claimant's leaf."};
static const Error ExceededMaxClaim = {.code = 6003, .text = "ExceededMaxClaim. Error Number: 6003. Error Message: The claim would exceed the most that may be claimed; check the amounts of the tree."};
static const Error MaxNodesExceeded = {.code = 6004, .text = "MaxNodesExceeded. Error Number: 6004. Error Message: All claims that the distributor allows have been made; no further leaf can be claimed."};
static const Error Unauthorized = {.code = 6005, .text = "Unauthorized. Error Number: 6005. Error Message: The signer is not the distributor's administrator; sign with that wallet."};
static const Error OwnerMismatch = {.code = 6006, .text = "OwnerMismatch. Error Number: 6006. Error Message: The token account does not belong to the claimant; pass the claimant's own."};
static const Error ClawbackDuringVesting = {.code = 6007, .text = "ClawbackDuringVesting. Error Number: 6007. Error Message: The clawback would start before vesting ends; choose a later clawback time."};
static const Error ClawbackBeforeStart = {.code = 6008, .text = "ClawbackBeforeStart. Error Number: 6008. Error Message: The clawback time has not come yet; wait until then."};
static const Error ClawbackAlreadyClaimed = {.code = 6009, .text = "ClawbackAlreadyClaimed. Error Number: 6009. Error Message: The tokens were already clawed back; nothing is left to do."};
static const Error InsufficientClawbackDelay = {.code = 6010, .text = "InsufficientClawbackDelay. Error Number: 6010. Error Message: The clawback starts less than one day after vesting ends; choose a later clawback time."};
static const Error SameClawbackReceiver = {.code = 6011, .text = "SameClawbackReceiver. Error Number: 6011. Error Message: This account already is the clawback receiver; pass another one."};
static const Error SameAdmin = {.code = 6012, .text = "SameAdmin. Error Number: 6012. Error Message: This wallet already is the administrator; pass another one."};
static const Error ClaimExpired = {.code = 6013, .text = "ClaimExpired. Error Number: 6013. Error Message: The tokens were clawed back, so claiming is over; ask the distributor's administrator."};
static const Error ArithmeticError = {.code = 6014, .text = "ArithmeticError. Error Number: 6014. Error Message: A sum left the range of its integer type; use smaller amounts or times."};
static const Error StartTimestampAfterEnd = {.code = 6015, .text = "StartTimestampAfterEnd. Error Number: 6015. Error Message: Vesting does not end after it starts; choose a later end or an earlier start."};
static const Error TimestampsNotInFuture = {.code = 6016, .text = "TimestampsNotInFuture. Error Number: 6016. Error Message: The end of vesting or the clawback time is not in the future; choose later times."};
static const Error InvalidVersion = {.code = 6017, .text = "InvalidVersion. Error Number: 6017. Error Message: The version does not match; pass the distributor's own version."};
static const Error ClaimingIsNotStarted = {.code = 6018, .text = "ClaimingIsNotStarted. Error Number: 6018. Error Message: Claiming has not started yet; wait for the enable slot and the start time."};
static const Error CannotCloseDistributor = {.code = 6019, .text = "CannotCloseDistributor. Error Number: 6019. Error Message: The distributor was created as not closable; it stays open."};
static const Error CannotCloseClaimStatus = {.code = 6020, .text = "CannotCloseClaimStatus. Error Number: 6020. Error Message: The claim status was created as not closable; it stays open."};
static const Error InvalidVote = {.code = 6021, .text = "InvalidVote. Error Number: 6021. Error Message: The receiving token account does not belong to one of the vote wallets; pass the associated token account of the YES or the NO wallet."};
