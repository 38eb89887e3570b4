"""Documents of offices in the formats they have, as one model. What a document says is the business of `plan`."""
