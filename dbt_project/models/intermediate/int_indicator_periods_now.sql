-- The cells of the value table of today's organisations.
{{ value_cells(ref('int_counts_now')) }}
