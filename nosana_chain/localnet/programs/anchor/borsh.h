/* Reads Borsh from data whose fields have no fixed place. */
#pragma once
#include "types.h"

/* After a read that does not decode, `ok` is false for good, and reads give zero. */
typedef struct {
    const u8 *at;
    u64 left;
    bool ok;
} Reader;

NOINLINE const u8 *read_bytes(Reader *reader, u64 len) {
    if (!reader->ok || reader->left < len) {
        reader->ok = false;
        return nullptr;
    }
    const u8 *const bytes = reader->at;
    reader->at += len;
    reader->left -= len;
    return bytes;
}

static u64 read_u32(Reader *reader) {
    const u8 *const bytes = read_bytes(reader, sizeof(u32));
    return bytes ? *(const u32 *)bytes : 0;
}

static bool read_bool(Reader *reader) {
    const u8 *const byte = read_bytes(reader, sizeof(u8));
    if (byte && *byte > 1) reader->ok = false;
    return reader->ok && *byte;
}

/* Length of the UTF-8 sequence that begins with `first`, by its leading ones; 0 for a byte that begins none. */
static u64 utf8_len(u8 first) {
    if (first < 0x80) return 1;
    if (first < 0xc2) return 0;
    if (first < 0xe0) return 2;
    if (first < 0xf0) return 3;
    return first < 0xf5 ? 4 : 0;
}

/* True if the second byte keeps the sequence in the shortest form, out of the surrogates, and below U+110000. */
static bool utf8_second_is_valid(u8 first, u8 second) {
    switch (first) {
        case 0xe0:
            return second >= 0xa0;
        case 0xed:
            return second < 0xa0;
        case 0xf0:
            return second >= 0x90;
        case 0xf4:
            return second < 0x90;
        default:
            return true;
    }
}

NOINLINE bool is_utf8(const u8 *text, u64 len) {
    for (u64 i = 0; i < len;) {
        const u64 sequence = utf8_len(text[i]);
        if (sequence == 0 || sequence > len - i) return false;
        if (sequence > 1 && !utf8_second_is_valid(text[i], text[i + 1])) return false;
        for (u64 next = 1; next < sequence; next++)
            if ((text[i + next] & 0xc0) != 0x80) return false;
        i += sequence;
    }
    return true;
}

static void read_string(Reader *reader) {
    const u64 len = read_u32(reader);
    const u8 *const text = read_bytes(reader, len);
    if (text && !is_utf8(text, len)) reader->ok = false;
}
