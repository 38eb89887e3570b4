-- The cells of the value table: every indicator, organisation and period of which something was said or promised.
-- A numerator that was counted, be it in part, makes a cell of each definition valid then; a denominator alone says
-- nothing.
{{ value_cells(ref('int_counts')) }}
