-- Status first: why a ratio cannot be divided is settled for every row before anything is divided.
{{ values_of(ref('int_value_inputs')) }}
