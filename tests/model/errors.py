"""How an instruction ends early: a tidy refusal with a number, or an abort without one."""

from behaviour.call import AnchorError

ANCHOR = {
    "InstructionMissing": 100,
    "InstructionFallbackNotFound": 101,
    "InstructionDidNotDeserialize": 102,
    "EventInstructionStub": 1500,
    "ConstraintMut": 2000,
    "ConstraintHasOne": 2001,
    "ConstraintRaw": 2003,
    "ConstraintSeeds": 2006,
    "ConstraintAssociated": 2009,
    "ConstraintClose": 2011,
    "ConstraintAddress": 2012,
    "ConstraintTokenMint": 2014,
    "ConstraintTokenOwner": 2015,
    "ConstraintDuplicateMutableAccount": 2040,
    "AccountDiscriminatorNotFound": 3001,
    "AccountDiscriminatorMismatch": 3002,
    "AccountDidNotDeserialize": 3003,
    "AccountDidNotSerialize": 3004,
    "AccountNotEnoughKeys": 3005,
    "AccountOwnedByWrongProgram": 3007,
    "InvalidProgramId": 3008,
    "AccountNotSigner": 3010,
    "AccountNotInitialized": 3012,
    "AccountSysvarMismatch": 3015,
    "TryingToInitPayerAsProgramAccount": 4101,
}
FIRST_CUSTOM_NUMBER = 6000  # the errors of every program begin here, so their numbers collide; names nearly never
COMMON = (
    "Unauthorized InvalidOwner LamportsNonNull MissingSignature InvalidAccount InvalidTokenAccount InvalidMint "
    "InvalidVault InvalidPayer VaultEmpty VaultNotEmpty InvalidATA"
)
JOBS = (
    "InvalidMarketAccount MarketInWrongState NotInMarketQueue InvalidJobAccount JobInWrongState JobNotExpired "
    "JobResultNull JobInvalidProject JobTimeoutNotGreater JobInvalidRunAccount JobResultsAlreadySet "
    "NodeQueueDoesNotMatch NodeStakeUnauthorized NodeNotEnoughStake NodeAlreadyQueued NodeNftWrongMetadata "
    "NodeNftWrongOwner NodeNftInvalidAmount NodeKeyInvalidCollection"
)
STAKING = (
    "AmountNotEnough AlreadyInitialized AlreadyClaimed AlreadyStaked AlreadyUnstaked NotUnstaked Locked "
    "DurationTooShort DurationTooLong DoesNotExist Decreased HasReward InvalidStakeAccount"
)
POOLS = "NotStarted Underfunded NotCloseable WrongClaimType WrongBeneficiary"
NODES = "ArchitectureUnknown CountryCodeUnknown CpuInvalid GpuInvalid MemoryInvalid IopsInvalid StorageInvalid"
DISTRIBUTOR = (
    "InsufficientUnlockedTokens StartTooFarInFuture InvalidProof ExceededMaxClaim MaxNodesExceeded "
    "distributor.Unauthorized OwnerMismatch ClawbackDuringVesting ClawbackBeforeStart ClawbackAlreadyClaimed "
    "InsufficientClawbackDelay SameClawbackReceiver SameAdmin ClaimExpired ArithmeticError StartTimestampAfterEnd "
    "TimestampsNotInFuture InvalidVersion ClaimingIsNotStarted CannotCloseDistributor CannotCloseClaimStatus "
    "InvalidVote"
)
NUMBERS = ANCHOR | {
    name: number
    for family in (COMMON, JOBS, STAKING, POOLS, NODES, DISTRIBUTOR)
    for number, name in enumerate(family.split(), FIRST_CUSTOM_NUMBER)
}


class Failure(Exception):  # noqa: N818 - an outcome that the model foresees, not a fault of the model
    """An instruction's error, with Anchor's log line where it wrote one."""

    def __init__(
        self, error: str, anchor: AnchorError | None = None, compared: tuple[object, object] | None = None
    ) -> None:
        super().__init__(error)
        self.error = error
        self.anchor = anchor
        self.compared = compared and (str(compared[0]), str(compared[1]))


class Abort(Failure):
    """A panic: overflow, division by zero, a failed conversion, an index out of range, seeds of no address."""

    def __init__(self) -> None:
        super().__init__("ProgramFailedToComplete")


def refusal(
    name: str,
    account: str | None = None,
    form: str | None = None,
    compared: tuple[object, object] | None = None,
) -> Failure:
    """The failure for an error's name, as caused by a field or, without one, as having occurred.

    A name that an earlier family has too is given with the name of its program before it. `compared` is what Anchor
    logs as left and right.
    """
    number, logged = NUMBERS[name], name.rpartition(".")[2]
    line = AnchorError(logged, number, account, form or ("caused by account" if account else "occurred"))
    return Failure(f"Custom({number})", line, compared)


def require(
    holds: bool,  # noqa: FBT001 - reads as a sentence: require(fact, error)
    name: str,
    compared: tuple[object, object] | None = None,
) -> None:
    """Check in a handler, whose refusals are thrown."""
    if not holds:
        raise refusal(name, form="thrown", compared=compared)
