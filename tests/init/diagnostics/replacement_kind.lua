return ("x"):gsub("x", true)
