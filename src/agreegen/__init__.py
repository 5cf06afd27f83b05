"""Complete data sharing agreements in Word and PDF from a proposal in YAML."""

__version__ = "0.1.0"
