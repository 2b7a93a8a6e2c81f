/* Metaplex metadata of an NFT: decoded to the end of `uses`, as the real program does, for the collection in it. */
#pragma once
#include "anchor/borsh.h"

constexpr u8 METADATA_KIND = 4; /* among the accounts of Metaplex */
constexpr u8 STANDARD_LAST = 5; /* of token standards */
constexpr u8 USE_METHOD_LAST = 2; /* of ways to use a token up */
constexpr u64 METADATA_HEAD = 32 + 32; /* update authority, mint */
constexpr u64 USE_COUNTS = 8 + 8; /* remaining, total */

/* `key` is null if there is no collection, or the data does not decode. */
typedef struct {
    bool is_verified;
    const Pubkey *key;
} Collection;

/* A byte that is a number from 0 to `last`. */
static u8 read_up_to(Reader *reader, u8 last) {
    const u8 *const byte = read_bytes(reader, sizeof(u8));
    if (byte && *byte > last) reader->ok = false;
    return reader->ok ? *byte : 0;
}

static void read_creators(Reader *reader) {
    for (u64 creator = read_u32(reader); creator > 0 && reader->ok; creator--) {
        read_bytes(reader, sizeof(Pubkey));
        read_bool(reader); /* verified */
        read_bytes(reader, sizeof(u8)); /* share */
    }
}

static Collection read_collection(Account *metadata) {
    Reader reader = {data_of(metadata), metadata->data_len, true};
    if (read_up_to(&reader, METADATA_KIND) != METADATA_KIND) return (Collection){};
    read_bytes(&reader, METADATA_HEAD);
    for (int text = 0; text < 3; text++) read_string(&reader); /* name, symbol, uri */
    read_bytes(&reader, sizeof(u16));                          /* fee of the seller */
    if (read_bool(&reader)) read_creators(&reader);
    read_bool(&reader); /* primary sale happened */
    read_bool(&reader); /* is mutable */
    if (read_bool(&reader)) read_bytes(&reader, sizeof(u8)); /* edition nonce */
    if (read_bool(&reader)) read_up_to(&reader, STANDARD_LAST);
    Collection collection = {};
    if (read_bool(&reader)) {
        collection.is_verified = read_bool(&reader);
        collection.key = (const Pubkey *)read_bytes(&reader, sizeof(Pubkey));
    }
    if (read_bool(&reader)) {
        read_up_to(&reader, USE_METHOD_LAST);
        read_bytes(&reader, USE_COUNTS);
    }
    return reader.ok ? collection : (Collection){};
}
