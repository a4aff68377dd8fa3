"""What people are given: the figure, the record of where results came from, and the folder of results."""
