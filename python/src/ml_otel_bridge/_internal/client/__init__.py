"""The three signals of a process: made, watched and ended."""
