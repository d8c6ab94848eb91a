local label = ("a"):rep(60)
local pattern = ("a*"):rep(40) .. "b"
return label:match(pattern)
