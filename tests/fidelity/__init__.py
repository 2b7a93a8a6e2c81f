"""Random lives of many wallets, through the .so files and the model side by side."""
