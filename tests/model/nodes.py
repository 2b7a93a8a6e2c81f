"""The nodes program: what hosts declare about themselves."""

from behaviour.builds import NODES

from model.addresses import AUTHORITY
from model.anchor import SYSTEM_FIELD, Context, Field, Init, has_one, instruction, is_key, signer
from model.errors import require

SPECIFICATION = (
    "architecture:u8 country:u16 cpu:u16 gpu:u16 memory:u16 iops:u16 storage:u16 "
    "endpoint:string icon:string version:string"
)
LAST_ARCHITECTURE = 9
UNKNOWN_ARCHITECTURE = 255  # what the program takes every other number for, and logs
ONE_BYTE = 0xFF
UNKNOWN_COUNTRY = 999 & ONE_BYTE  # the program compares one byte, so Ethiopia (231) counts as unknown
ISO_3166_1_NUMERIC = """
004 008 010 012 016 020 024 028 031 032 036 040 044 048 050 051 052 056 060 064 068 070 072 074 076 084 086 090 092
096 100 104 108 112 116 120 124 132 136 140 144 148 152 156 158 162 166 170 174 175 178 180 184 188 191 192 196 203
204 208 212 214 218 222 226 231 232 233 234 238 239 242 246 248 250 254 258 260 262 266 268 270 275 276 288 292 296
300 304 308 312 316 320 324 328 332 334 336 340 344 348 352 356 360 364 368 372 376 380 384 388 392 398 400 404 408
410 414 417 418 422 426 428 430 434 438 440 442 446 450 454 458 462 466 470 474 478 480 484 492 496 498 499 500 504
508 512 516 520 524 528 531 533 534 535 540 548 554 558 562 566 570 574 578 580 581 583 584 585 586 591 598 600 604
608 612 616 620 624 626 630 634 638 642 643 646 652 654 659 660 662 663 666 670 674 678 682 686 688 690 694 702 703
704 705 706 710 716 724 728 729 732 740 744 748 752 756 760 762 764 768 772 776 780 784 788 792 795 796 798 800 804
807 818 826 831 832 833 834 840 850 854 858 860 862 876 882 887 894
"""
COUNTRIES = frozenset(map(int, ISO_3166_1_NUMERIC.split()))


def _is_known_country(country: int) -> bool:
    return country in COUNTRIES and country & ONE_BYTE != UNKNOWN_COUNTRY


def _describe(context: Context) -> None:
    args = context.args
    require(args.architecture <= LAST_ARCHITECTURE, "ArchitectureUnknown", (UNKNOWN_ARCHITECTURE,) * 2)
    require(_is_known_country(args.country), "CountryCodeUnknown", (UNKNOWN_COUNTRY,) * 2)
    for name in ("cpu", "memory", "iops", "storage"):
        value = getattr(args, name)
        require(value > 0, f"{name.capitalize()}Invalid", (value, 0))
    for name, value in vars(args).items():
        setattr(context.node, name, value)


@instruction(
    NODES,
    "register",
    SPECIFICATION,
    Field("node", "Node", mut=True, init=Init("payer", lambda context: (b"node", bytes(context.keys["authority"])))),
    signer("payer", mut=True),
    signer(),
    SYSTEM_FIELD,
)
def register(context: Context) -> None:
    context.node.authority = context.keys["authority"]
    _describe(context)


@instruction(
    NODES,
    "update",
    SPECIFICATION,
    Field("node", "Node", mut=True, checks=(has_one("node", "authority", "Unauthorized"),)),
    signer(),
)
def update(context: Context) -> None:
    _describe(context)


@instruction(
    NODES,
    "audit",
    "audited:bool",
    Field("node", "Node", mut=True),
    signer("authority", is_key("authority", AUTHORITY, "Unauthorized")),
)
def audit(context: Context) -> None:
    context.node.audited = context.args.audited
