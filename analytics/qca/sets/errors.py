"""What the QCA functions raise when the data or the arguments cannot be used."""


class QcaError(ValueError):
    """Bad input, in one sentence that says what was expected and what to do."""
