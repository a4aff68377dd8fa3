"""The room: who may vote, what is shown when, live runs, and a server that goes on whatever comes."""
