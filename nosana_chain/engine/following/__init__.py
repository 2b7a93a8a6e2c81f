"""Following addresses: every transaction that names them, once each, in the order of their slots.

A list of signatures is the truth here, and what a socket tells is a reason to look at it. What was lost on the way, by
whom and why, therefore makes no difference: the next look has it.
"""
