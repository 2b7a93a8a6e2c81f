"""What can go wrong between bytes and values."""

from nosana_chain.errors import InputError, NosanaError


class EncodeError(InputError):
    """An argument doesn't fit its Borsh type: out of range, of the wrong length, or of another type."""

    code = "input.encode"


class DecodeError(NosanaError):
    """Account data can't be read as the type that was asked for."""

    code = "decode"


class AccountInvalidDiscriminator(DecodeError):  # noqa: N818 - the name that AnchorPy's code raises
    """The first 8 bytes of the data are those of another account type, or there are fewer than 8."""

    code = "decode.discriminator"


class AccountWrongOwnerError(DecodeError):
    """The account belongs to another program than the one that was asked for."""

    code = "decode.owner"
