/* Metaplex metadata of an NFT, as far as the collection that it belongs to. */
#pragma once
#include "anchor/borsh.h"

constexpr u64 METADATA_HEAD = 1 + 32 + 32; /* kind, update authority, mint */
constexpr u64 METADATA_CREATOR = 32 + 1 + 1; /* address, verified, share */

/* `key` is null if there is no collection, or the data does not decode. */
typedef struct {
    bool is_verified;
    const Pubkey *key;
} Collection;

static Collection read_collection(Account *metadata) {
    Reader reader = {data_of(metadata), metadata->data_len, true};
    read_bytes(&reader, METADATA_HEAD);
    for (int text = 0; text < 3; text++) read_string(&reader); /* name, symbol, uri */
    read_bytes(&reader, sizeof(u16));                          /* fee of the seller */
    if (read_bool(&reader)) read_bytes(&reader, read_u32(&reader) * METADATA_CREATOR);
    read_bool(&reader); /* primary sale happened */
    read_bool(&reader); /* is mutable */
    for (int option = 0; option < 2; option++) /* edition nonce, token standard */
        if (read_bool(&reader)) read_bytes(&reader, sizeof(u8));
    Collection collection = {};
    if (read_bool(&reader)) {
        collection.is_verified = read_bool(&reader);
        collection.key = (const Pubkey *)read_bytes(&reader, sizeof(Pubkey));
    }
    return reader.ok ? collection : (Collection){};
}
