/* Generated from idl/nosana_rewards.json by scripts/build-programs. */
#pragma once
#include "common_errors.h"
