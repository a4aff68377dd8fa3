"""Whether the tests would notice: the model is changed in one place after another, and golden digests judge."""
