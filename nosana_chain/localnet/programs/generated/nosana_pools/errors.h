/* Generated from idl/nosana_pools.json by scripts/build-programs. */
#pragma once
#include "common_errors.h"
static const Error NotStarted = {.code = 6000, .text = "NotStarted. Error Number: 6000. Error Message: The pool has not started to pay out; wait until its start time has passed."};
static const Error Underfunded = {.code = 6001, .text = "Underfunded. Error Number: 6001. Error Message: Less than one second's emission can be claimed; wait, or fund the pool's vault."};
static const Error NotCloseable = {.code = 6002, .text = "NotCloseable. Error Number: 6002. Error Message: The pool still holds tokens and was opened as not closeable; wait until everything is claimed."};
static const Error WrongClaimType = {.code = 6003, .text = "WrongClaimType. Error Number: 6003. Error Message: The pool pays out in the other way; use claim_transfer for claim type 0 and claim_fee for claim type 1."};
static const Error WrongBeneficiary = {.code = 6004, .text = "WrongBeneficiary. Error Number: 6004. Error Message: The account is not the pool's beneficiary; read the beneficiary from the pool."};
