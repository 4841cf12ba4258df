"""From a letter to a launched case: what the letter says, and what speaks against launching."""
