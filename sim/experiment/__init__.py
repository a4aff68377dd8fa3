"""Running a scenario several times, each time with other luck."""
