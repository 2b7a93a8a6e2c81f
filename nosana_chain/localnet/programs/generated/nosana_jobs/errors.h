/* Generated from idl/nosana_jobs.json by scripts/build-programs. */
#pragma once
#include "common_errors.h"
static const Error InvalidMarketAccount = {.code = 6000, .text = "InvalidMarketAccount. Error Number: 6000. Error Message: The market is not the one that the job stores; pass the job's market."};
static const Error MarketInWrongState = {.code = 6001, .text = "MarketInWrongState. Error Number: 6001. Error Message: The market's queue holds the other kind, jobs or nodes, or is empty; read the market again, since its queue changes with every post and every host."};
static const Error NotInMarketQueue = {.code = 6002, .text = "NotInMarketQueue. Error Number: 6002. Error Message: The job or host is not in the market's queue; read the market again, since it may have been matched or removed."};
static const Error InvalidJobAccount = {.code = 6003, .text = "InvalidJobAccount. Error Number: 6003. Error Message: The run belongs to another job; pass the job that the run stores."};
static const Error JobInWrongState = {.code = 6004, .text = "JobInWrongState. Error Number: 6004. Error Message: The job's state does not allow this instruction; read the job again and pick the instruction for its present state."};
static const Error JobNotExpired = {.code = 6005, .text = "JobNotExpired. Error Number: 6005. Error Message: The job ended too recently to be cleaned; wait until more than the market's expiration time has passed."};
static const Error JobResultNull = {.code = 6006, .text = "JobResultNull. Error Number: 6006. Error Message: The result is all zeros, which stands for no result; pass the digest of the result's CID."};
static const Error JobInvalidProject = {.code = 6007, .text = "JobInvalidProject. Error Number: 6007. Error Message: The project is not the one that the job stores; use the wallet that posted the job."};
static const Error JobTimeoutNotGreater = {.code = 6008, .text = "JobTimeoutNotGreater. Error Number: 6008. Error Message: The new timeout is not greater than the job's present one; pass the new total in seconds, not the addition."};
static const Error JobInvalidRunAccount = {.code = 6009, .text = "JobInvalidRunAccount. Error Number: 6009. Error Message: The run is not a run of this job; pass the run account that stores the job's address."};
static const Error JobResultsAlreadySet = {.code = 6010, .text = "JobResultsAlreadySet. Error Number: 6010. Error Message: The job already has a result, which can't be replaced; read it from the job."};
static const Error NodeQueueDoesNotMatch = {.code = 6011, .text = "NodeQueueDoesNotMatch. Error Number: 6011. Error Message: The host does not match the market's queue; read the market again."};
static const Error NodeStakeUnauthorized = {.code = 6012, .text = "NodeStakeUnauthorized. Error Number: 6012. Error Message: The stake belongs to another wallet; pass the stake of the host that signs."};
static const Error NodeNotEnoughStake = {.code = 6013, .text = "NodeNotEnoughStake. Error Number: 6013. Error Message: The host's stake has less xNOS than the market asks for; top up or extend the stake, or choose another market."};
static const Error NodeAlreadyQueued = {.code = 6014, .text = "NodeAlreadyQueued. Error Number: 6014. Error Message: The host already waits in this market's queue; wait for a job, or stop first."};
static const Error NodeNftWrongMetadata = {.code = 6015, .text = "NodeNftWrongMetadata. Error Number: 6015. Error Message: The metadata does not belong to the access NFT; derive the metadata address from the NFT's mint."};
static const Error NodeNftWrongOwner = {.code = 6016, .text = "NodeNftWrongOwner. Error Number: 6016. Error Message: The token account of the access NFT belongs to another wallet; pass the host's own."};
static const Error NodeNftInvalidAmount = {.code = 6017, .text = "NodeNftInvalidAmount. Error Number: 6017. Error Message: The token account of the access NFT is empty; get the NFT first."};
static const Error NodeKeyInvalidCollection = {.code = 6018, .text = "NodeKeyInvalidCollection. Error Number: 6018. Error Message: The NFT is not in the verified collection that the market asks for; use an NFT of that collection, or choose another market."};
