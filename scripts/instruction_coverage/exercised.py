"""What the code alone doesn't tell: which action of the client sends an instruction, and which test shows it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

#: The folder of the tests below.
TESTS = "tests/localnet/actions"


class Exercise(NamedTuple):
    """How an instruction is used.

    Attributes:
        action: of `NosanaClient`, as one writes it after `client.`.
        test: module and function, on the local network.
    """

    action: str
    test: str


def _exercises(**rows: tuple[str, str]) -> Mapping[str, Exercise]:
    return MappingProxyType({name: Exercise(*row) for name, row in rows.items()})


#: By program, and by instruction under its Rust name. Each action and test must exist; a test of this table looks.
EXERCISES: Mapping[str, Mapping[str, Exercise]] = MappingProxyType(
    {
        "jobs": _exercises(
            open=("markets.open_market", "test_job_actions::test_posting_to_a_free_market_locks_nothing"),
            update=("markets.update_market", "test_market_care::test_updating_one_term_keeps_the_rest"),
            close=("markets.close_market", "test_market_care::test_closing_an_idle_market_returns_its_rent"),
            close_admin=("markets.close_market", "test_market_care::test_closing_as_admin"),
            list=("jobs.post_job", "test_job_actions::test_posting_locks_the_price_of_the_whole_timeout"),
            assign=("jobs.post_job", "test_queue_care::test_posting_to_a_host_passes_the_queue"),
            extend=("jobs.extend_job", "test_job_actions::test_extending_locks_the_difference"),
            delist=("jobs.stop_job", "test_job_actions::test_stopping_a_waiting_job_returns_everything"),
            end=("jobs.stop_job", "test_job_actions::test_stopping_a_running_job_pays_its_seconds"),
            recover=("jobs.recover_job", "test_job_actions::test_recovering_an_abandoned_job_returns_everything"),
            clean=(
                "jobs.clean_job",
                "test_queue_care::test_anybody_cleans_an_expired_job_and_its_payer_gets_the_rent",
            ),
            clean_admin=("jobs.clean_job_as_admin", "test_queue_care::test_cleaning_as_admin_keeps_the_deposit"),
            work=("hosts.join_queue", "test_job_actions::test_posting_to_a_waiting_host_starts_the_job"),
            claim=("hosts.claim_job", "test_queue_care::test_claiming_an_abandoned_job_and_finishing_it"),
            stop=("hosts.leave_queue", "test_queue_care::test_leaving_a_queue"),
            complete=("hosts.complete_job", "test_queue_care::test_completing_twice"),
            finish=(
                "hosts.finish_job",
                "test_host_and_market_actions::test_finishing_pays_the_seconds_and_returns_the_rest",
            ),
            quit=("hosts.quit_job", "test_job_actions::test_recovering_an_abandoned_job_returns_everything"),
            quit_admin=("hosts.evict_host", "test_queue_care::test_evicting_needs_the_admin"),
        ),
        "staking": _exercises(
            init=(
                "staking_authority.init_settings",
                "test_init_actions::test_whoever_makes_the_settings_the_clusters_authority_slashes",
            ),
            stake=("stakes.stake", "test_init_actions::test_a_new_rewards_pool_is_empty_and_takes_stakers"),
            unstake=("stakes.unstake", "test_stake_and_reward_actions::test_unstaking_claims_first"),
            restake=("stakes.restake", "test_stake_care::test_restaking_takes_what_is_left"),
            topup=("stakes.topup", "test_stake_care::test_growing_a_stake_makes_it_heavier_in_the_pool_too"),
            extend=("stakes.extend", "test_stake_care::test_growing_a_stake_makes_it_heavier_in_the_pool_too"),
            withdraw=("stakes.withdraw", "test_stake_and_reward_actions::test_withdrawing_half_way_pays_half"),
            close=(
                "stakes.close_stake",
                "test_stake_and_reward_actions::test_the_whole_way_out_returns_stake_and_rent",
            ),
            slash=(
                "staking_authority.slash",
                "test_stake_care::test_slashing_moves_the_tokens_and_the_pool_can_be_left_all_the_same",
            ),
            update_settings=("staking_authority.update_settings", "test_stake_care::test_handing_slashing_over"),
        ),
        "rewards": _exercises(
            init=("rewards.init_pool", "test_init_actions::test_a_new_rewards_pool_is_empty_and_takes_stakers"),
            enter=("rewards.enter_pool", "test_init_actions::test_a_new_rewards_pool_is_empty_and_takes_stakers"),
            add_fee=(
                "rewards.add_fee",
                "test_stake_and_reward_actions::test_a_fee_is_shared_by_weight_and_claimed_once",
            ),
            claim=(
                "rewards.claim_rewards",
                "test_stake_and_reward_actions::test_a_fee_is_shared_by_weight_and_claimed_once",
            ),
            sync=("rewards.sync_rewards", "test_stake_care::test_syncing_others"),
            close=("rewards.leave_pool", "test_stake_care::test_leaving_the_pool_keeps_the_stake"),
        ),
        "pools": _exercises(
            open=("pools.open_vesting_pool", "test_pool_care::test_finding_pools_by_who_opened_and_who_is_paid"),
            claim_fee=("pools.claim_pool", "test_pool_care::test_claimed_fees_reach_the_stakers"),
            claim_transfer=(
                "pools.claim_pool",
                "test_pool_care::test_a_claim_pays_the_emission_of_the_seconds_that_passed",
            ),
            close=("pools.close_pool", "test_pool_care::test_closing_returns_the_tokens_and_the_rent"),
            update_beneficiary=(
                "pools.change_beneficiary",
                "test_pool_care::test_a_new_beneficiary_is_paid_from_then_on",
            ),
        ),
        "nodes": _exercises(
            register=("nodes.register_node", "test_node_care::test_a_registered_node_shows_what_was_said"),
            update=("nodes.update_node", "test_node_care::test_an_update_keeps_what_is_not_given_and_the_audit"),
            audit=("nodes.audit_node", "test_node_care::test_an_audit_can_be_taken_back"),
        ),
        "distributor": _exercises(
            new_distributor=(
                "distributor_admin.create_distributor",
                "test_distributor_care::test_versions_of_a_mint_stand_beside_each_other",
            ),
            close_distributor=(
                "distributor_admin.close_distributor",
                "test_distributor_care::test_closing_returns_the_tokens_and_the_rent_but_keeps_the_vault",
            ),
            close_claim_status=(
                "distributor_admin.close_claim_status",
                "test_distributor_care::test_closing_the_record_of_a_claim_aborts",
            ),
            set_enable_slot=(
                "distributor_admin.set_enable_slot",
                "test_distributor_care::test_a_slot_opens_and_shuts_claims",
            ),
            new_claim=(
                "distributors.claim_unlocked",
                "test_distributor_claims::test_late_claims_pay_everything_to_the_vote",
            ),
            claim_locked=(
                "distributors.claim_locked",
                "test_distributor_claims::test_the_locked_part_is_paid_as_it_vests",
            ),
            clawback=(
                "distributor_admin.claw_back",
                "test_distributor_care::test_anybody_claws_back_for_the_receiver",
            ),
            set_clawback_receiver=(
                "distributor_admin.set_clawback_receiver",
                "test_distributor_care::test_anybody_claws_back_for_the_receiver",
            ),
            set_admin=("distributor_admin.set_admin", "test_distributor_care::test_a_new_admin_takes_over"),
        ),
    }
)
