/* FOR_EACH(macro, context, (a, b), (c, d), ...) is macro(context, a, b) macro(context, c, d) ... */
#pragma once

#define FOR_EACH(macro, context, ...) __VA_OPT__(RESCAN_(FOR_EACH_STEP_(macro, context, __VA_ARGS__)))
#define FOR_EACH_STEP_(macro, context, row, ...) \
    CALL_(macro, context, UNWRAP_ row) __VA_OPT__(FOR_EACH_AGAIN_ NOTHING_ (macro, context, __VA_ARGS__))
#define FOR_EACH_AGAIN_() FOR_EACH_STEP_
#define NOTHING_ ()
#define CALL_(macro, ...) macro(__VA_ARGS__)
#define UNWRAP_(...) __VA_ARGS__
/* The preprocessor reads a text again each time it leaves a macro, and each reading does one more row: up to 64. */
#define RESCAN_(...) RESCAN_16_(RESCAN_16_(RESCAN_16_(RESCAN_16_(__VA_ARGS__))))
#define RESCAN_16_(...) RESCAN_4_(RESCAN_4_(RESCAN_4_(RESCAN_4_(__VA_ARGS__))))
#define RESCAN_4_(...) RESCAN_1_(RESCAN_1_(RESCAN_1_(RESCAN_1_(__VA_ARGS__))))
#define RESCAN_1_(...) __VA_ARGS__
