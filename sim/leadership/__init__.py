"""The lead of a ward: a finite week of encounters. The only code that reads a style."""
