return table.move({}, 1, 10, 9223372036854775807)
