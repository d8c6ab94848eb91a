return ("x"):gsub("x", "%y")
