"""Durable nonces of the system program."""
