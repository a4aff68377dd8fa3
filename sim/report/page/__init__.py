"""The report: one page that answers in plain words first, and opens anywhere without a network."""
