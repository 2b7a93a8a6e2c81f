/* Checked arithmetic: what does not fit aborts, as in Rust. The machine has neither 128-bit multiply nor divide. */
#pragma once
#include "error.h"

INLINE u64 u64_from(i64 value) {
    if (value < 0) PANIC("out of range integral type conversion attempted");
    return (u64)value;
}

INLINE i64 i64_from(u64 value) {
    if ((i64)value < 0) PANIC("out of range integral type conversion attempted");
    return (i64)value;
}

INLINE u64 u64_from_u128(u128 value) {
    if (value >> 64) PANIC("out of range integral type conversion attempted");
    return (u64)value;
}

INLINE u64 add_u64(u64 a, u64 b) {
    if (a > U64_MAX - b) PANIC("attempt to add with overflow");
    return a + b;
}

INLINE u64 sub_u64(u64 a, u64 b) {
    if (a < b) PANIC("attempt to subtract with overflow");
    return a - b;
}

INLINE u64 div_u64(u64 a, u64 b) {
    if (b == 0) PANIC("attempt to divide by zero");
    return a / b;
}

INLINE i64 add_i64(i64 a, i64 b) {
    i64 sum;
    if (__builtin_add_overflow(a, b, &sum)) PANIC("attempt to add with overflow");
    return sum;
}

INLINE i64 sub_i64(i64 a, i64 b) {
    i64 difference;
    if (__builtin_sub_overflow(a, b, &difference)) PANIC("attempt to subtract with overflow");
    return difference;
}

INLINE u128 add_u128(u128 a, u128 b) {
    if (a > U128_MAX - b) PANIC("attempt to add with overflow");
    return a + b;
}

INLINE u128 sub_u128(u128 a, u128 b) {
    if (a < b) PANIC("attempt to subtract with overflow");
    return a - b;
}

/* The full product of two words, from their 32-bit halves. */
INLINE u128 widening_mul(u64 a, u64 b) {
    const u64 a_low = (u32)a, a_high = a >> 32, b_low = (u32)b, b_high = b >> 32;
    const u64 low = a_low * b_low;
    const u64 middle = a_high * b_low + (low >> 32);
    const u64 cross = a_low * b_high + (u32)middle;
    return (u128)(a_high * b_high + (middle >> 32) + (cross >> 32)) << 64 | (cross << 32 | (u32)low);
}

INLINE u64 mul_u64(u64 a, u64 b) {
    const u128 product = widening_mul(a, b);
    if (product >> 64) PANIC("attempt to multiply with overflow");
    return (u64)product;
}

NOINLINE void multiply(u128 *product, u128 a, u128 b) {
    const u64 a_high = (u64)(a >> 64), b_high = (u64)(b >> 64);
    const u128 cross = widening_mul(a_high ? a_high : b_high, a_high ? (u64)b : (u64)a);
    if ((a_high && b_high) || cross >> 64) PANIC("attempt to multiply with overflow");
    *product = add_u128(cross << 64, widening_mul((u64)a, (u64)b));
}

/* Long division: native for the upper word (a longer divisor leaves it whole), then bit by bit: the lower word moves
 * into the remainder, and the quotient follows into its place. */
NOINLINE void divide(u128 *quotient, u128 dividend, u128 divisor) {
    if (divisor == 0) PANIC("attempt to divide by zero");
    const u64 high = (u64)(dividend >> 64), word = (u64)divisor;
    const bool is_word = divisor == word;
    u128 remainder = is_word ? high % word : high;
    u64 low = (u64)dividend;
    for (int bit = 0; bit < 64; bit++) {
        const bool carry = remainder >> 127;
        remainder = remainder << 1 | low >> 63;
        low <<= 1;
        if (carry || remainder >= divisor) {
            remainder -= divisor;
            low |= 1;
        }
    }
    *quotient = (u128)(is_word ? high / word : 0) << 64 | low;
}

INLINE u128 mul_u128(u128 a, u128 b) {
    u128 product;
    multiply(&product, a, b);
    return product;
}

INLINE u128 div_u128(u128 a, u128 b) {
    u128 quotient;
    divide(&quotient, a, b);
    return quotient;
}
