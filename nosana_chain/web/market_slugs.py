"""Names of mainnet's markets, as Nosana's own documents have them: for when the markets API is out of reach.

Names changed over time; addresses stay. Markets that only other people's texts name are left out: a false address would
send money to somebody else's market. None was checked on chain from here: before money goes there,
`client.markets.fetch_market` says what is at an address.
"""

from __future__ import annotations

#: Name, and address. Where a market's name changed, both are there.
MARKET_SLUGS = {
    "nvidia-3060": "7AtiXMSH6R1jjBxrcYjehCkkSF7zvYWte63gwEDBcGHq",
    "nvidia-3070": "RXP7JK8MTY4uPJng4UjC9ZJdDDSG6wGr8pvVf3mwgXF",
    "nvidia-3080": "7RepDm4Xt9k6qV5oiSHvi8oBoty4Q2tfBGnCYjFLj6vA",
    "nvidia-3090": "CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ",
    "nvidia-4060": "47LQHZwT7gfVoBDYnRYhsYv6vKk8a1oW3Y3SdHAp1gTr",
    "nvidia-4070": "EzuHhkrhmV98HWzREsgLenKj2iHdJgrKmzfL8psP8Aso",
    "nvidia-4080": "77wdaAuYVxBW5u2QiqddkAzoBZ5cuKxH9ZCbx5HfFUb2",
    "nvidia-4090": "97G9NnvBDQ2WpKu6fasoMsAKmfj63C9rhysJnkeWodAf",
    "nvidia-4090-community": "Dcwz62TisNbWuto6KJM2EGYGVKnHbdZGVGmgLASzsXy8",
    "nvidia-a5000": "4uBye3vJ1FAYukDdrvqQ36MZZZxqW3o8utWu8fyomRuN",
    "nvidia-8x-a5000": "3XGECQon74HQwPJuZjgCwqdQ5Nt3wktZ9fcavcDN9qB2",
    "nvidia-4000-a4000": "7fnuvPYzfd961iRDPRgMSKLrUf1QjTGnn7viu3P12Zuc",
    "nvidia-a4000": "7fnuvPYzfd961iRDPRgMSKLrUf1QjTGnn7viu3P12Zuc",
    "nvidia-6000-a6000": "EjryZ6XEthz3z7nnLfjXBYafyn7VyHgChfbfM47LfAao",
    "nvidia-a6000": "EjryZ6XEthz3z7nnLfjXBYafyn7VyHgChfbfM47LfAao",
    "nvidia-a40": "BLqSzPzcXMX5gseNXE4Ma45f31Eo6tNFVYoRmPG7kxP2",
    "nvidia-a100": "GLJHzqRN9fKGBsvsFzmGnaQGknUtLN1dqaFR8n3YdM22",
    "nvidia-a100-80gb": "GLJHzqRN9fKGBsvsFzmGnaQGknUtLN1dqaFR8n3YdM22",
    "nvidia-a100-40gb": "F3aGGSMb73XHbJbDXVbcXo7iYM9fyevvAZGQfwgrnWtB",
    "nvidia-h100": "Crop49jpc7prcgAcS82WbWyGHwbN5GgDym3uFbxxCTZg",
    "nvidia-laptop": "3EWVbggirRpDY2npzPDA7k21yzwz5wgwGxVVv6zCnRpa",
}
