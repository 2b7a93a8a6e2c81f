/* Reads Borsh: what is in it has no fixed place behind a list or a string, and not all bytes are a value. */
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

/* Bytes of strings that were read before, one behind the other. */
static u64 strings_len(const u8 *strings, u64 count) {
    u64 len = 0;
    while (count-- > 0) len += sizeof(u32) + *(const u32 *)(strings + len);
    return len;
}

static void read_string(Reader *reader) {
    const u64 len = read_u32(reader);
    const u8 *const text = read_bytes(reader, len);
    if (text && !is_utf8(text, len)) reader->ok = false;
}

/* What a body is made of, in order: a number of bytes of any value, or one of these. Zero ends it. */
enum { BOOL = 0xff00, STRING, LIST /* of keys or hashes */ };

#define SHAPE_PARTS_MAX 7

typedef struct {
    u16 parts[SHAPE_PARTS_MAX + 1];
} Shape;

static void read_part(Reader *reader, u16 part) {
    switch (part) {
        case BOOL:
            read_bool(reader);
            break;
        case STRING:
            read_string(reader);
            break;
        case LIST:
            read_bytes(reader, read_u32(reader) * sizeof(Bytes32));
            break;
        default:
            read_bytes(reader, part);
    }
}

/* True if the data begins with a body of this shape. */
NOINLINE bool decodes(const u8 *data, u64 len, const Shape *shape) {
    Reader reader = {data, len, true};
    for (const u16 *part = shape->parts; *part; part++) read_part(&reader, *part);
    return reader.ok;
}
