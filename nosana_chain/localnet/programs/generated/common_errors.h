/* Generated from idl/common_errors.json by scripts/build-programs. */
#pragma once
static const Error Unauthorized = {.code = 6000, .text = "Unauthorized. Error Number: 6000. Error Message: The signer is not the authority that the account stores; sign with the stored authority."};
static const Error InvalidOwner = {.code = 6001, .text = "InvalidOwner. Error Number: 6001. Error Message: The account is owned by another program than this instruction expects; pass an account of the expected owner."};
static const Error LamportsNonNull = {.code = 6002, .text = "LamportsNonNull. Error Number: 6002. Error Message: The new account's address already holds lamports; repeat with a fresh keypair."};
static const Error MissingSignature = {.code = 6003, .text = "MissingSignature. Error Number: 6003. Error Message: A required account did not sign; add its keypair to the signers."};
static const Error InvalidAccount = {.code = 6004, .text = "InvalidAccount. Error Number: 6004. Error Message: The account is not the one derived for this authority; derive the address again from its seeds."};
static const Error InvalidTokenAccount = {.code = 6005, .text = "InvalidTokenAccount. Error Number: 6005. Error Message: The token account is not the one recorded on chain; read its address from the account that records it."};
static const Error InvalidMint = {.code = 6006, .text = "InvalidMint. Error Number: 6006. Error Message: The mint is not the NOS mint of this cluster; pass the NOS mint."};
static const Error InvalidVault = {.code = 6007, .text = "InvalidVault. Error Number: 6007. Error Message: The vault is not the one recorded on chain; read its address from the account that records it."};
static const Error InvalidPayer = {.code = 6008, .text = "InvalidPayer. Error Number: 6008. Error Message: The payer is not the one that the account stores; pass the stored payer, which gets the rent back."};
static const Error VaultEmpty = {.code = 6009, .text = "VaultEmpty. Error Number: 6009. Error Message: The vault holds no tokens, so there is nothing to withdraw; close the account instead."};
static const Error VaultNotEmpty = {.code = 6010, .text = "VaultNotEmpty. Error Number: 6010. Error Message: The vault still holds tokens; withdraw them all before closing."};
static const Error InvalidATA = {.code = 6011, .text = "InvalidATA. Error Number: 6011. Error Message: The token account is not the required associated token account; pass the NOS associated token account of the right wallet."};
