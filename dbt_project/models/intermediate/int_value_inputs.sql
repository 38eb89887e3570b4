-- What was known of each cell at each moment its knowledge changed: the chosen numerator, denominator and report.
-- Where several stand at once, the source first in precedence is chosen, and within a document the first statement.
-- A reference population that nobody counted for the period is the one counted last before the period ended.
{{ value_inputs(ref('int_indicator_periods'), ref('int_counts')) }}
