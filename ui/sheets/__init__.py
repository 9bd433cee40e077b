"""Contact sheets: the model from its prescribed sides, drawn by the program itself from a plan in TOML."""
