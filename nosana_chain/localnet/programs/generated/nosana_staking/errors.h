/* Generated from idl/nosana_staking.json by scripts/build-programs. */
#pragma once
#include "common_errors.h"
static const Error AmountNotEnough = {.code = 6000, .text = "AmountNotEnough. Error Number: 6000. Error Message: The amount is zero, or more than the stake holds; pass an amount within those bounds."};
static const Error AlreadyInitialized = {.code = 6001, .text = "AlreadyInitialized. Error Number: 6001. Error Message: This account was already initialized; use it as it is."};
static const Error AlreadyClaimed = {.code = 6002, .text = "AlreadyClaimed. Error Number: 6002. Error Message: This was already claimed; nothing is left to claim."};
static const Error AlreadyStaked = {.code = 6003, .text = "AlreadyStaked. Error Number: 6003. Error Message: The stake is in use; only an unstaked stake can be restaked."};
static const Error AlreadyUnstaked = {.code = 6004, .text = "AlreadyUnstaked. Error Number: 6004. Error Message: The stake is being unstaked; restake it first."};
static const Error NotUnstaked = {.code = 6005, .text = "NotUnstaked. Error Number: 6005. Error Message: The stake is still in use; unstake it first."};
static const Error Locked = {.code = 6006, .text = "Locked. Error Number: 6006. Error Message: The stake is still unlocking; wait until its whole duration has passed since unstaking."};
static const Error DurationTooShort = {.code = 6007, .text = "DurationTooShort. Error Number: 6007. Error Message: The duration is too short; stake for at least 14 days (1209600 seconds), or extend by more than 0."};
static const Error DurationTooLong = {.code = 6008, .text = "DurationTooLong. Error Number: 6008. Error Message: The duration exceeds 365 days (31536000 seconds); choose a shorter one."};
static const Error DoesNotExist = {.code = 6009, .text = "DoesNotExist. Error Number: 6009. Error Message: This account does not exist; create it first."};
static const Error Decreased = {.code = 6010, .text = "Decreased. Error Number: 6010. Error Message: The stake has less xNOS than the reward account counts on; sync the reward account first."};
static const Error HasReward = {.code = 6011, .text = "HasReward. Error Number: 6011. Error Message: The wallet still has a reward account; claim and close it in the rewards program before unstaking."};
static const Error InvalidStakeAccount = {.code = 6012, .text = "InvalidStakeAccount. Error Number: 6012. Error Message: The stake is not the one derived for this wallet; derive its address from the NOS mint and the wallet."};
