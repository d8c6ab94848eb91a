return (("x"):rep(60000):gsub("x", "yy"))
