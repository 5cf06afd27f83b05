"""Complete data sharing agreements in Word and PDF from a proposal in YAML."""
