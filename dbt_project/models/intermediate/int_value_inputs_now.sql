-- What stands of each cell of today's organisations, with counts re-expressed in them.
{{ value_inputs(ref('int_indicator_periods_now'), ref('int_counts_now')) }}
