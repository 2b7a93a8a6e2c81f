"""Transactions in words, signing for others, durable nonces, and the journal, by the command line."""

from __future__ import annotations

import json
from collections.abc import Callable

from harness.command_line import Home, LocalWorld

from nosana_chain.units import nos


def test_a_transaction_in_words_and_what_it_did(home: Callable[..., Home]) -> None:
    staker = home("staker")
    signature = staker.json("stake topup 2.5")["signature"]
    told = staker.call(f"tx explain {signature}").stdout
    assert "staking Topup" in told
    assert "amount =" in told
    as_json = json.loads(staker.call(f"tx explain {signature} --output json").stdout)
    assert as_json["instructions"][0]["arguments"]["amount"]["value"] == nos("2.5")
    rows = staker.rows(f"tx events {signature}")
    assert (rows[0]["about"], rows[0]["kind"]) == ("stakes", "topped_up")
    assert rows[0]["facts"]["amount_units"] == nos("2.5")
    staker.call(f"tx explain {'1' * 64}", code=4)


def test_signed_by_two_and_sent_by_a_third(home: Callable[..., Home], world: LocalWorld) -> None:
    staker, host, builder = home("staker"), home("host"), home("builder")
    before = world.act("staker", lambda client: client.stakes.fetch_stake()).amount
    payer = host.environ["NOSANA_WALLET"]
    text = staker.call(f"stake topup 4 --unsigned --fee-payer {payer}").stdout.strip()
    review = json.loads(builder.call(f"tx review {text} --output json").stdout)
    assert set(review["missing"]) == {str(staker.wallet.address), str(host.wallet.address)}
    one = staker.call(f"tx sign {text}").stdout.strip()
    two = host.call("tx sign -", input=text).stdout.strip()
    assert "lacks the signature" in builder.call(f"tx send {one}", code=3).stderr
    whole = builder.call(f"tx combine {one} {two}").stdout.strip()
    sent = builder.json(f"tx send {whole}")
    assert builder.json(f"tx send {whole}")["signature"] == sent["signature"]
    assert world.act("staker", lambda client: client.stakes.fetch_stake()).amount == before + nos("4")


def test_a_nonce_lets_it_wait(home: Callable[..., Home]) -> None:
    staker, host = home("staker"), home("host")
    payer = host.environ["NOSANA_WALLET"]
    made = staker.json(f"tx nonce create --idempotency-key payroll --payer {payer}")["nonce"]
    assert staker.json("tx nonce create --idempotency-key payroll --payer " + payer)["nonce"] == made
    shown = staker.json(f"tx nonce show {made}")
    assert (shown["authority"], shown["balance_lamports"]) == (str(staker.wallet.address), 1_447_680)
    assert [row["address"] for row in staker.rows("tx nonce list")] == [made]
    text = staker.call(f"stake topup 1 --unsigned --nonce {made}").stdout.strip()
    assert json.loads(staker.call(f"tx review {text} --output json").stdout)["nonce"] == made
    staker.json(f"tx send {staker.call(f'tx sign {text}').stdout.strip()}")
    staker.json(f"tx nonce advance {made}")
    assert staker.json(f"tx nonce show {made}")["value"] != shown["value"]
    staker.json(f"tx nonce withdraw {made}")
    staker.call(f"tx nonce show {made}", code=4)


def test_the_journal_knows_what_was_done(home: Callable[..., Home]) -> None:
    staker = home("staker")
    done = staker.json("stake topup 1.5 --idempotency-key order-9")
    [entry] = staker.rows("journal show order-9")
    assert (entry["verb"], entry["key"], entry["signature"]) == ("topup", "order-9", done["signature"])
    assert (entry["bound_units"], entry["wallet"]) == (nos("1.5"), str(staker.wallet.address))
    assert [one["key"] for one in staker.rows("journal pending")] == ["order-9"]
    refused = staker.call("journal forget order-9", code=7)
    assert "before it is forgotten" in refused.stderr
    while staker.rows("journal pending"):
        staker.call("journal resume")
    assert staker.json("journal forget order-9") == {"forgotten": 1}
    assert staker.rows("journal show order-9") == []
    assert staker.call("journal show order-9 --output table").stdout == "no entry has this key\n"
