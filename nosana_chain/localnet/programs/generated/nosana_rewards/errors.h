/* Generated from idl/nosana_rewards.json by scripts/build-programs. */
#pragma once
