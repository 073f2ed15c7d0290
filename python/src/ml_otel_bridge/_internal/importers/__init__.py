"""Files that trainers wrote, as runs. Each reader gives rows; one writer makes a run of them."""
