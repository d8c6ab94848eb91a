return table.concat({ "x", {} })
