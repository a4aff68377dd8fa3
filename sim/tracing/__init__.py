"""The causal trace: one patient's history in a run that is done again, and where it parts under another leader."""
