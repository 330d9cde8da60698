"""Documents: papers generated from the data, by templates that are edited in Word."""
