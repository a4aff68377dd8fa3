"""The beds of the benchmark's ward in Ciw."""
