"""Matrix: each clause in each variant: same, different word by word, absent."""
