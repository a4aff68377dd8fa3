"""The ward written in plain Mesa, as its documentation teaches: what the model's own speed is measured against."""
