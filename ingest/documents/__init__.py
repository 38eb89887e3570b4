"""Documents of offices in the formats they have, as one model; what they say is the business of `plan`."""
