/* Generated from nosana_chain/networks.py (mainnet) by scripts/build-programs. */
#pragma once
constexpr Pubkey SYSTEM_PROGRAM = {{0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000}}; /* 11111111111111111111111111111111 */
constexpr Pubkey TOKEN_PROGRAM = {{0x93a165d7e1f6dd06, 0xac79ebce46e1cbd9, 0x91375b5fed85b41c, 0xa900ff7e85f58c3a}}; /* TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA */
constexpr Pubkey ASSOCIATED_TOKEN_PROGRAM = {{0xf189244e8f25978c, 0x830d8e1429103dbb, 0x8410ffda99135a0b, 0x59f8e9dbd87b8e04}}; /* ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL */
constexpr Pubkey RENT_SYSVAR = {{0x515c2c1917d5a706, 0x7ff14a3d4cc98c21, 0x44fda19b08eeda58, 0x000000008ad9dbe3}}; /* SysvarRent111111111111111111111111111111111 */
constexpr Pubkey METADATA_PROGRAM = {{0x457cd1e3b165700b, 0xcdc3046b7f529d38, 0xb5fda01a736cb858, 0x4629f803bcd1b649}}; /* metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s */
constexpr Pubkey JOBS_PROGRAM = {{0x0383ecb92421bc0b, 0x93eed3148f5b442a, 0xdc24cc0541167425, 0xcee827f69a025705}}; /* nosJhNRqr2bc9g1nfGDcXXTXvYUmxD4cVwy2pMWhrYM */
constexpr Pubkey STAKING_PROGRAM = {{0x5ceb3433d321bc0b, 0xe84207755eac4656, 0x6789962c9158ae90, 0x372a21d2cb190367}}; /* nosScmHY2uR24Zh751PmGj9ww9QRNHewh9H59AfrTJE */
constexpr Pubkey REWARDS_PROGRAM = {{0x2bea436fb321bc0b, 0xfabf4468f5f4af9c, 0x299b3728528a6ab6, 0x1127b97c0926bd87}}; /* nosRB8DUV67oLNrL45bo2pFLrmsWPiewe2Lk2DRNYCp */
constexpr Pubkey POOLS_PROGRAM = {{0xc9b8dc6b9121bc0b, 0xd85e9b8605bb5769, 0xe09d295744a9b0b7, 0x9a9245812348eef7}}; /* nosPdZrfDzND1LAR28FLMDEATUPK53K8xbRBXAirevD */
constexpr Pubkey NODES_PROGRAM = {{0x054d36c57b21bc0b, 0x110057fcd8c9136b, 0x1d857dc7d0cede3d, 0x7e8b1ecad58b4ffb}}; /* nosNeZR64wiEhQc5j251bsP4WqDabT6hmz4PHyoHLGD */
constexpr Pubkey DISTRIBUTOR_PROGRAM = {{0xbba68b5f925c700b, 0x909fc1b5175012dd, 0x36e9d187588c2750, 0x4acbd596aa95a2b2}}; /* merkp8F8f5EgYSYKadk3YiuQQdo3JPdnJWKviaaF425 */
constexpr Pubkey VOTE_YES = {{0x5e8abba43dd51b08, 0x68a6c1a8456913c0, 0x3d4b78e376c52caf, 0x4b5501c2fd187bc0}}; /* YessuvqUauj9yW4B3eERcyRLWmQtWpFc2ERKmaedmCE */
constexpr Pubkey VOTE_NO = {{0x7a0a69a6ce229605, 0x555a2fc575d6976e, 0x78d4fd88cc142568, 0x30f709946398c925}}; /* NopXntmRdXhYNkoZaNTMUMShJ3aVG5RvwpiyPdd4bMh */
constexpr Pubkey NOS_MINT = {{0x505347be3722bc0b, 0xa28d9657ec8bd9af, 0x677ff973477faed8, 0xeaf5a5022ea7944c}}; /* nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7 */
constexpr Pubkey AUTHORITY = {{0xb147b87709329605, 0xffed7f9ad157c243, 0x020486b86ab071bb, 0xf01a9e335eced73e}}; /* NosanarMxfrZbyCx5CotBVrzxiPcrnhj6ickpX9vRkB */
constexpr Pubkey MARKET_ADMIN = {{0x6f0525dae93d248f, 0x3852c1642728eee0, 0xb95d568e0132281f, 0x6b9e849acac5919d}}; /* AdmMVMMU3po5BP3bVWsF9GgN6NNEfpfxpTDGTzjgb72S */
constexpr Pubkey SLASH_ACCOUNT = {{0x6e76df5185a1e587, 0x0dedbe797f09e5e4, 0xf646fb295c39bb2f, 0x132e15953ba31d99}}; /* A9V8JkR5HihvFpHq1ZbwrpPAGBhsGfeWw5TVcUdGf2dg */
constexpr Pubkey SETTINGS = {{0x1e2e8395e1040ef2, 0x4826634f688eaacc, 0xb564b131dc4e57aa, 0x72eb9fd129d9f3b8}}; /* HHt4ZXNMZb3eftbgPNjJvxCYGGitZmqJQXFgudV8dMcd */
